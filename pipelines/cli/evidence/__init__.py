"""The commands that answer questions: why is it in, where is it, what differs, is it gone, is it unchanged?"""

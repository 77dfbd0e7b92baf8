"""Everyday English words that are also given or family names.

A full name of nothing but such words ("Mark Young", "Summer Rose") also occurs in texts about other things.
"""

from typing import Final

# fmt: off
NAME_WORDS: Final = frozenset((
    "able", "ace", "amber", "angel", "april", "archer", "art", "ash", "aster", "august", "autumn", "baker",
    "ball", "banks", "barber", "bay", "bear", "bell", "berry", "best", "bird", "bishop", "black", "blaze",
    "bliss", "block", "blossom", "blue", "bond", "booker", "booth", "brand", "bridge", "bridges", "bright",
    "brook", "brooks", "brown", "buck", "bud", "burns", "bush", "butcher", "butler", "candy", "cannon",
    "carpenter", "carter", "cash", "castle", "chance", "chase", "chip", "christian", "church", "clay",
    "clement", "cliff", "close", "cloud", "coffee", "cole", "cook", "cooper", "coral", "craft", "crane",
    "cross", "crystal", "daisy", "dale", "dawn", "day", "dean", "destiny", "diamond", "dolly", "dove",
    "drew", "duke", "earl", "early", "east", "ember", "england", "ernest", "faith", "farmer", "favor",
    "fern", "field", "fields", "finch", "fish", "fisher", "flower", "flowers", "ford", "forest", "forrest",
    "foster", "fox", "france", "frank", "franklin", "free", "freeman", "frost", "fuller", "gale",
    "gardener", "garland", "gates", "gay", "gene", "gentle", "ginger", "glass", "glen", "glory", "gold",
    "golden", "good", "goodwin", "grace", "grant", "gray", "green", "grey", "grove", "guy", "hall",
    "harbor", "hardy", "harmony", "harper", "hart", "haven", "hawk", "hazel", "head", "heart", "heath",
    "heather", "hill", "hills", "holly", "holmes", "home", "honey", "hood", "hope", "house", "hunt",
    "hunter", "iris", "ivory", "ivy", "jade", "jasmine", "jay", "jewel", "job", "journey", "joy", "judge",
    "july", "june", "justice", "key", "keys", "king", "kitty", "knight", "lake", "lamb", "lane", "lark",
    "law", "lawless", "leaf", "legend", "liberty", "lily", "little", "long", "love", "lucky", "major",
    "maple", "march", "mark", "marks", "marsh", "mason", "may", "mayor", "meadow", "melody", "mercy",
    "merit", "merry", "miller", "mills", "mint", "miracle", "misty", "moon", "moss", "mountain", "myrtle",
    "nobel", "noble", "north", "oak", "ocean", "olive", "opal", "page", "park", "parker", "parks",
    "patience", "peace", "pearl", "penny", "pepper", "perry", "phoenix", "pierce", "pike", "piper", "poe",
    "pope", "poppy", "porter", "post", "potter", "power", "powers", "precious", "price", "priest", "prince",
    "promise", "prudence", "queen", "rain", "ranger", "ray", "read", "red", "reed", "reef", "rice", "rich",
    "river", "rivers", "rob", "robin", "rock", "rocky", "roman", "rose", "royal", "ruby", "rusty", "sage",
    "sailor", "sandy", "savage", "scout", "serenity", "sharp", "shepherd", "short", "silver", "singer",
    "skinner", "sky", "small", "smart", "smith", "snow", "south", "spark", "sparks", "spring", "star",
    "steel", "sterling", "stone", "storm", "street", "strong", "sue", "summer", "summers", "sunny", "swan",
    "tailor", "tanner", "temple", "thorn", "tiger", "trinity", "troy", "true", "turner", "unity", "valley",
    "victor", "victory", "violet", "virginia", "wade", "walker", "wall", "walls", "ward", "waters",
    "weaver", "webb", "wells", "west", "white", "will", "willow", "winter", "winters", "wise", "wolf",
    "wood", "woods", "work", "worth", "wright", "young",
))
# fmt: on

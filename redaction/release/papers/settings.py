"""What the papers say beside what a build knows. What is not configured is "not known"."""

from pydantic import Field

from redaction.base_model import FrozenModel


def _text(description: str) -> str | None:
    made: str | None = Field(default=None, min_length=1, max_length=2000, description=description)
    return made


def _choice(description: str) -> bool | None:
    made: bool | None = Field(default=None, description=description)
    return made


class PaperSettings(FrozenModel):
    """The answers of the provider, the developer and the controller that no build can know."""

    provider: str | None = _text("The provider of the model, with contact details.")
    representative: str | None = _text("The provider's authorized representative in the Union, with contact details.")
    models: tuple[str, ...] = Field(default=(), description="The versioned names of the models that are trained.")
    model_dependencies: str | None = _text("The models that these are derived from, with links to their summaries.")
    placed_on_market: str | None = _text("When the models were placed on the Union market.")
    intended_purpose: str | None = _text("How the corpus furthers the intended purpose of the models.")
    public_datasets: bool | None = _choice("Whether the input tables hold publicly available datasets.")
    licensed_datasets: bool | None = _choice("Whether they hold datasets licensed by rightsholders.")
    third_party_datasets: bool | None = _choice("Whether they hold other private datasets of third parties.")
    crawled: bool | None = _choice("Whether they hold data crawled or scraped from the web.")
    synthetic: bool | None = _choice("Whether they hold data that models generated for training.")
    other_sources: str | None = _text("Sources of no other kind, in words; `none` if there are none.")
    code_of_practice: bool | None = _choice("Whether the provider signed the Code of Practice for such models.")
    illegal_content: str | None = _text("The measures against illegal content before training.")
    works_protected: str | None = _text("Whether texts are protected by copyright, trademark or patent.")
    purchased: bool | None = _choice("Whether the data was purchased or licensed by the developer.")
    aggregate_information: bool | None = _choice("Whether the data holds aggregate consumer information.")
    collection_ongoing: bool | None = _choice("Whether the collection goes on.")
    first_used: str | None = _text("When the data was first used during development.")
    controller: str | None = _text("The controller, with contact details.")
    data_protection_officer: str | None = _text("The data protection officer, with contact details.")
    transfers: str | None = _text("Transfers to third countries and their safeguards.")
    necessity: str | None = _text("Why the processing is necessary, and what less intrusive ways were considered.")
    balancing: str | None = _text("The balancing with the interests and expectations of the members.")
    assessment_reference: str | None = _text("Where the signed assessment is kept.")

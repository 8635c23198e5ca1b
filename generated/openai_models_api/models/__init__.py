"""Contains all the data models used in inputs/outputs"""

from ..json_object import JsonObject
from .delete_model_response import DeleteModelResponse
from .error import Error
from .error_response import ErrorResponse
from .list_models_response import ListModelsResponse
from .model import Model

__all__ = (
    "DeleteModelResponse",
    "Error",
    "ErrorResponse",
    "ListModelsResponse",
    "Model",
)

for _model in JsonObject.__subclasses__():
    _model._define_fields(globals())

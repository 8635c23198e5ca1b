"""Each profile refuses a request as its server does: status, content type and body."""

import re

import pytest
from tests.testing.parts import NO, VALID, WRONG, fetch

from openai_models import APIResponseValidationError, APIStatusError, BadRequestError, UnprocessableEntityError
from openai_models.testing import MockServer

# Profile, request, key, status, body. Each `ID` stands for 32 hexadecimal digits.
ANTHROPIC = '{{"type":"error","error":{{"type":"{}","message":"{}"}},"request_id":"req_ID"}}'
GROQ_URL = "Unknown request URL: {}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/"
GROQ = '{{"error":{{"message":"{}","type":"invalid_request_error","code":"{}"}}}}'
DEEPSEEK_KEY = (
    '{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error",'
    '"param":null,"code":"invalid_request_error"}}'
)
LITELLM_KEY = (
    '{"error":{"message":"Authentication Error, Invalid proxy server token passed. key=2ab06cfa..., not found in db.'
    ' Create key via `/key/generate` call.","type":"token_not_found_in_db","param":"key","code":"401"}}'
)
UNEXPECTED = '{{"error":"Unexpected endpoint or method. ({})"}}'
MISTRAL_ID = '{"object":"error","message":"Invalid model: nope","type":"invalid_model","param":null,"code":"1500"}'
MISTRAL_BASE = (
    '{"detail":[{"loc":["path","model_id"],"msg":"Value error, only fine-tuned models can be deleted",'
    '"type":"value_error"}]}'
)
GEMINI_KEY = '[{"error":{"code":400,"message":"Please pass a valid API key","status":"INVALID_ARGUMENT"}}]'
GEMINI_ID = '[{"error":{"code":404,"message":"models/models/a is not found","status":"NOT_FOUND"}}]'
HF_SLASH = '{"error":"Invalid repo name: deepseek-ai/x - repo name includes an url-encoded slash"}'
LLAMA_URL = '{"error":{"message":"File Not Found","type":"not_found_error","code":404}}'
LLAMA_KEY = '{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}'
OLLAMA_ID = '{"error":{"message":"model \'nope\' not found","type":"not_found_error","param":null,"code":null}}'
TOGETHER_URL = "<!DOCTYPE html><html><head><title>Page not found</title></head><body></body></html>"
ERRORS = [
    ("anthropic", "GET /models", NO, 401, ANTHROPIC.format("authentication_error", "x-api-key header is required")),
    ("anthropic", "GET /models", WRONG, 401, ANTHROPIC.format("authentication_error", "Invalid bearer token")),
    ("anthropic", "GET /nosuchroute", NO, 404, ANTHROPIC.format("not_found_error", "Not found")),
    ("anthropic", "GET /models/nope", VALID, 404, ANTHROPIC.format("not_found_error", "model: nope")),
    ("anthropic", "DELETE /models/claude-opus-5", NO, 405, ""),
    ("deepseek", "GET /models", WRONG, 401, DEEPSEEK_KEY),
    ("deepseek", "GET /models/deepseek-chat", VALID, 404, ""),
    ("gemini", "GET /models/gemini-2.0-flash", NO, 404, ""),
    ("gemini", "DELETE /models/gemini-2.0-flash", VALID, 404, ""),
    ("gemini", "GET /models", WRONG, 400, GEMINI_KEY),
    ("gemini", "GET /models/models%2Fa", VALID, 404, GEMINI_ID),
    ("groq", "GET /models", NO, 401, GROQ.format("Invalid API Key", "invalid_api_key")),
    ("groq", "GET /models", WRONG, 401, GROQ.format("Invalid API Key", "invalid_api_key")),
    ("groq", "POST /models", NO, 404, GROQ.format(GROQ_URL.format("POST /openai/v1/models"), "unknown_url")),
    ("groq", "GET /other", VALID, 404, GROQ.format(GROQ_URL.format("GET /openai/v1/other"), "unknown_url")),
    (
        *("groq", "GET /models/nope", VALID, 404),
        GROQ.format("The model `nope` does not exist or you do not have access to it.", "model_not_found"),
    ),
    ("huggingface-router", "GET /models", WRONG, 401, '{"error":"Invalid username or password."}'),
    ("huggingface-router", "GET /models/deepseek-ai%2Fx", VALID, 400, HF_SLASH),
    ("huggingface-router", "DELETE /models/nope", VALID, 404, '{"error":"Not Found"}'),
    ("litellm", "GET /models", WRONG, 401, LITELLM_KEY),
    ("litellm", "GET /models/swiss-ai/apertus-8b-instruct", VALID, 404, '{"detail":"Not Found"}'),
    ("litellm", "GET /models/swiss-ai%2Fapertus-8b-instruct", VALID, 404, '{"detail":"Not Found"}'),
    ("litellm", "DELETE /models/my-gpt-4o", VALID, 405, '{"detail":"Method Not Allowed"}'),
    ("llama.cpp", "GET /models/nope", VALID, 404, LLAMA_URL),
    ("llama.cpp", "GET /props", WRONG, 401, LLAMA_KEY),
    ("lm-studio", "GET /models/x", VALID, 200, UNEXPECTED.format("GET /v1/models/x")),
    ("lm-studio", "GET //models", VALID, 200, UNEXPECTED.format("GET /v1//models")),
    ("lm-studio", "PUT /models", VALID, 200, UNEXPECTED.format("PUT /v1/models")),
    ("mistral", "GET /models", NO, 401, '{"detail":"Invalid API Key"}'),
    ("mistral", "POST /models", WRONG, 401, '{"detail":"Invalid API Key"}'),
    ("mistral", "GET /other", NO, 404, '{"message":"no Route matched with those values","request_id":"ID"}'),
    ("mistral", "GET /models/nope", VALID, 400, MISTRAL_ID),
    ("mistral", "DELETE /models/ministral-3b-2410", VALID, 422, MISTRAL_BASE),
    ("ollama", "GET /models/nope", VALID, 404, OLLAMA_ID),
    ("ollama", "GET /models/aaa/llava:13b", VALID, 404, "404 page not found"),
    ("ollama", "GET /models/aaa%2fllava:13b", VALID, 404, "404 page not found"),
    ("ollama", "DELETE /models/qwen3:30b", VALID, 404, "404 page not found"),
    ("openrouter", "GET /model/z-ai/glm-5.2", WRONG, 401, '{"error":{"message":"User not found.","code":401}}'),
    ("openrouter", "GET /model/z-ai/glm-5.2", NO, 401, '{"error":{"message":"No auth credentials found","code":401}}'),
    ("openrouter", "DELETE /models/z-ai%2Fglm-5.2", VALID, 404, '{"error":{"message":"Not Found","code":404}}'),
    ("together", "GET /models", NO, 401, "Missing API key"),
    ("together", "DELETE /models", WRONG, 401, '{"error":{"message":"Unauthorized"}}'),
    ("together", "GET /nosuchroute", NO, 404, TOGETHER_URL),
    ("together", "GET /models/Austism%2Fchronos-hermes-13b", VALID, 404, TOGETHER_URL),
    ("vllm", "GET /models", NO, 401, '{"error":"Unauthorized"}'),
    ("vllm", "GET /models/nope", WRONG, 401, '{"error":"Unauthorized"}'),
    ("vllm", "GET /models/sql-lora", VALID, 404, '{"detail":"Not Found"}'),
    ("vllm", "DELETE /models/sql-lora", VALID, 404, '{"detail":"Not Found"}'),
]


def content_type(profile: str, body: str) -> str | None:
    if body.startswith(("{", "[")):
        return "application/json" + "; charset=utf-8" * (profile in {"llama.cpp", "lm-studio"})
    return {"": None, "<": "text/html"}.get(body[:1], "text/plain")


@pytest.mark.parametrize(
    ("profile", "request_line", "key", "status", "body"),
    ERRORS,
    ids=[f"{row[0]}: {row[1]}, {row[2]}" for row in ERRORS],
)
def test_an_error_is_that_of_the_server(profile: str, request_line: str, key: str, status: int, body: str) -> None:
    response = fetch(profile, request_line, key)
    assert (response.status_code, re.sub("[0-9a-f]{32}", "ID", response.text)) == (status, body)
    assert response.headers.get("content-type") == content_type(profile, body)


@pytest.mark.parametrize(
    ("profile", "operation", "model_id", "error", "message"),
    [
        ("lm-studio", "retrieve", "x", APIResponseValidationError, "Unexpected endpoint or method. (GET /v1/models/x)"),
        ("huggingface-router", "retrieve", "a/x", BadRequestError, "repo name includes an url-encoded slash"),
        ("litellm", "delete", "my-gpt-4o", APIStatusError, "Method Not Allowed"),
        ("mistral", "delete", "ministral-3b-2410", UnprocessableEntityError, "only fine-tuned models can be deleted"),
    ],
)
def test_a_failed_call_raises_an_error_with_the_message_of_the_server(
    profile: str, operation: str, model_id: str, error: type[Exception], message: str
) -> None:
    with MockServer(profile=profile) as mock:
        before = mock.models
        with pytest.raises(error, match=re.escape(message)):
            getattr(mock.client(max_retries=0).models, operation)(model_id)
        assert mock.models == before

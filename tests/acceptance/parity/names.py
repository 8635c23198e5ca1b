"""The names that the official module has and this one has not, beside the resources."""

from __future__ import annotations

ABSENT = {
    "of-other-resources": (
        "AssistantEventHandler AsyncAssistantEventHandler AsyncAzureOpenAI AsyncBedrockOpenAI AsyncComputerDriver "
        "AsyncComputerToolset AsyncStream AzureOpenAI BedrockOpenAI ComputerDriver ComputerToolset "
        "ContentFilterFinishReasonError DataResidency HttpxBinaryResponseContent InvalidWebhookSignatureError "
        "LengthFinishReasonError OAuthError ReconnectingEvent ReconnectingOverrides Stream "
        "WebSocketConnectionClosedError WebSocketQueueFullError file_from_path pydantic_function_tool "
        "pydantic_responses_function_tool"
    ),
    "of-version-0": (
        "Audio ChatCompletion Completion Customer Deployment Edit Embedding Engine ErrorObject File FineTune "
        "FineTuningJob Image Model Moderation"
    ),
    "of-the-sdk": (
        "DefaultAsyncHttpx2Client DefaultHttpx2Client NoneType ProxiesTypes RequestOptions Transport override"
    ),
    "settings": (
        "admin_api_key api_type api_version azure_ad_token azure_ad_token_provider azure_endpoint "
        "bedrock_token_provider webhook_secret"
    ),
}


def quoted(group: str) -> str:
    """Return the names of a group as Markdown."""
    return ", ".join(f"`{name}`" for name in ABSENT[group].split())

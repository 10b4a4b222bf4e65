#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace simulator {

/// What a call may be, besides an action that does not exist: the image API's, STS's, a question to
/// the metadata service, a file.
inline constexpr std::array<std::string_view, 8> kActions = {
    "GetImageInfo",  "GetImageInfos", "AssumeRole",          "AssumeRoleWithOIDC",
    "MetadataToken", "MetadataRole",  "MetadataCredentials", "GetFile"};

[[nodiscard]] inline bool is_action(std::string_view name) {
    return std::find(kActions.begin(), kActions.end(), name) != kActions.end();
}

/// Some calls: of one action, by default those of the image API; and of one account, or of any.
struct CallFilter {
    std::string action;
    std::string account;

    /// `call_account` is empty for a call of nobody's.
    [[nodiscard]] bool matches(std::string_view call_action, std::string_view call_account) const {
        const bool image_api = !is_action(call_action) || call_action.starts_with("GetImageInfo");
        return (action.empty() ? image_api : action == call_action) &&
               (account.empty() || account == call_account);
    }
};

}  // namespace simulator

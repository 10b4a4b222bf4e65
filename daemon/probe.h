#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/settings.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// What one signed call of each operation showed of an account.
struct AccountProbe {
    struct Call {
        Operation operation;
        std::optional<CallError> error;
        std::chrono::nanoseconds duration{};
    };

    std::string account;
    std::string endpoint;
    OperationChoice operation = OperationChoice::automatic;
    std::string provider;     ///< Which gave the credentials; empty: none did.
    std::string passed_over;  ///< Which others of a chain had none, and why.
    std::string why_none;     ///< Why there are no credentials; then nothing was called.
    bool mend = false;        ///< A person has to mend what is in why_none.
    bool compensate_clock = true;
    std::optional<std::chrono::milliseconds> server_ahead;  ///< As CallOutcome has it.
    std::vector<Call> calls;
};

/// Whether the account can be polled as its settings want it: by either operation where that is
/// automatic. In the order of what is worse.
enum class ProbeVerdict {
    works,
    later,   ///< The cloud or the network gave no answer: it may work the next time.
    refused  ///< A person has to mend something.
};
[[nodiscard]] ProbeVerdict verdict_of(const AccountProbe& probe) noexcept;

/// For people, some lines; without secrets as far as `probe` has none.
[[nodiscard]] std::string to_text(const AccountProbe& probe);

struct ProbeSeams {
    HttpClient& http;      ///< As the account's calls go.
    HttpClient& metadata;  ///< Directly.
    const Clock& clock;
    Random& random;
    Redactor& redactor;  ///< Told of the credentials before they are used.
};

/// Gets the account's credentials and makes one call of each operation, which ask for an image of
/// the settings, or for one that cannot be: "there is no such image" is an answer too. Changes
/// nothing anywhere. Throws nothing that the seams do not.
[[nodiscard]] AccountProbe probe(const AccountSettings& account, const ProbeSeams& seams);

}  // namespace vodcatalog

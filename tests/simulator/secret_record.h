#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tests/simulator/http_request.h"

namespace simulator {

/// What nobody who made the calls may write down: keys, and what signed the calls and the URLs.
/// Found in what was received and sent, without asking who signed. Safe for any thread.
class SecretRecord {
public:
    /// More are not kept, and the record says that it is not complete.
    static constexpr std::size_t kSecretsMax = 500'000;

    void add(std::string_view secret);
    /// Adds the signature and the token of every URL in `body`: hashes of the CDN (types A, B and
    /// C), Signature, x-oss-signature and their security tokens, percent-decoded. And the members
    /// of a temporary key.
    void note(std::string_view body);
    /// Adds what signed the request, in either version, and the tokens it shows instead.
    void note_request(const HttpRequest& request);

    /// {"complete":true,"secrets":[...]}
    [[nodiscard]] std::string json() const;

private:
    mutable std::mutex mutex_;
    std::unordered_set<std::string> secrets_;  // guarded by mutex_
    bool complete_ = true;                     // guarded by mutex_
};

}  // namespace simulator

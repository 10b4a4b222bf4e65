#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/account.h"
#include "tests/simulator/gatekeeper.h"
#include "tests/simulator/portrait.h"
#include "tests/simulator/reply.h"
#include "tests/simulator/url_signer.h"

namespace simulator {

/// A call that the gateway let through, and what it needs while it is answered.
struct ImageCall {
    std::uint64_t number = 0;
    std::int64_t now_ms = 0;     ///< The images' time.
    std::int64_t server_ms = 0;  ///< The server's, which may be skewed.
    std::string region;          ///< Whose endpoint was asked.
    const Account& account;
    const Admission& admission;
    const Scenario& scenario;
};

/// GetImageInfo and GetImageInfos. Safe for any thread.
class ImageApi {
public:
    static constexpr std::size_t kIdsMax = 20;
    /// Seconds that a URL of the bucket may last at most.
    static constexpr std::int64_t kOssTimeoutMaxS = 2'592'000;

    /// `signer` must outlive it.
    explicit ImageApi(const UrlSigner& signer) : signer_(signer) {}

    /// Why its parameters are refused.
    [[nodiscard]] static std::optional<Refusal> check(const Admission& admission);

    /// Writes the good answer, or returns the error. Fills `told` either way where the reader
    /// learns something about an image.
    [[nodiscard]] std::optional<Refusal> answer(const ImageCall& call, Reply& reply) const;

private:
    [[nodiscard]] Cloud::Looked look(const ImageCall& call) const;

    const UrlSigner& signer_;
};

}  // namespace simulator

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/simulator/account.h"
#include "tests/simulator/call_record.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/fault_orders.h"
#include "tests/simulator/file_server.h"
#include "tests/simulator/gatekeeper.h"
#include "tests/simulator/image_api.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/metadata.h"
#include "tests/simulator/reply.h"
#include "tests/simulator/settings.h"
#include "tests/simulator/sts.h"
#include "tests/simulator/tally.h"
#include "tests/simulator/url_signer.h"

namespace simulator {

/// Everything of the cloud that a client can call: the image API and STS with the gateway in front
/// of them, the metadata service, the files. Decides what goes wrong. Knows nothing of connections.
/// Safe for any thread.
class Gateway {
public:
    /// All must outlive it. `start_ms` is when the scenario's times begin.
    Gateway(std::uint64_t seed, std::int64_t start_ms, Accounts& accounts, KeyRing& keys,
            const Settings& settings, FaultOrders& orders, Tally& tally, CallRecord& record);

    /// `region` is the one whose endpoint was asked, `now_ms` the true time.
    [[nodiscard]] Reply answer(const HttpRequest& request, const std::string& region,
                               std::int64_t now_ms);

private:
    struct Call;
    void answer_api(Call& call, Reply& reply);
    [[nodiscard]] std::optional<Refusal> answer_admitted(Call& call, Reply& reply);
    [[nodiscard]] std::optional<Refusal> refuse_account(const Call& call) const;
    [[nodiscard]] Affliction affliction_of(Call& call);
    void write_refusal(const Call& call, const Refusal& refusal, Reply& reply) const;
    void spoil(const Call& call, const Affliction& affliction, Reply& reply) const;
    void note(const Call& call, const Reply& reply);

    const std::uint64_t seed_;
    const std::int64_t start_ms_;
    Accounts& accounts_;
    const Settings& settings_;
    FaultOrders& orders_;
    Tally& tally_;
    CallRecord& record_;
    const UrlSigner signer_;
    Gatekeeper gatekeeper_;
    const ImageApi images_;
    const Sts sts_;
    Metadata metadata_;
    const FileServer files_;
    std::atomic<std::uint64_t> calls_ = 0;
};

}  // namespace simulator

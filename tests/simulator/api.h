#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/vod/credentials.h"
#include "tests/simulator/cloud.h"
#include "tests/simulator/fault.h"
#include "tests/simulator/gatekeeper.h"
#include "tests/simulator/http_request.h"
#include "tests/simulator/served_record.h"
#include "tests/simulator/settings.h"
#include "tests/simulator/tally.h"
#include "tests/simulator/token_bucket.h"
#include "tests/simulator/url_signer.h"

namespace simulator {

/// One answer, ready to be sent, and what is to go wrong on its way.
struct Reply {
    int http_status = 200;
    std::string content_type = "application/json;charset=utf-8";
    Pairs headers;  ///< Besides the usual ones.
    std::string body;
    RequestId request_id;
    std::uint64_t call = 0;
    std::optional<Told> told;  ///< What its reader learns; nothing if it is an error.
    Fault fault = Fault::none;
};

/// The image API: GetImageInfo and GetImageInfos, with the gateway in front of them. Knows nothing
/// of connections. Safe for any thread.
class Api {
public:
    static constexpr std::size_t kIdsMax = 20;
    static constexpr const char* kHost = "vod.cn-shanghai.aliyuncs.com";

    Api(std::uint64_t seed, Cloud& cloud, const Settings& settings, FaultOrders& orders,
        Tally& tally, vodcatalog::Credentials credentials);

    [[nodiscard]] Reply answer(const HttpRequest& request, std::int64_t now_ms);

private:
    struct Call;
    [[nodiscard]] std::optional<Refusal> refuse(const Call& call);
    [[nodiscard]] bool take_token(const Call& call);
    void answer_one(const Call& call, Reply& reply);
    void answer_many(const Call& call, Reply& reply);
    void write_error(const Refusal& refusal, Reply& reply) const;
    void spoil(const Call& call, Reply& reply) const;

    const std::uint64_t seed_;
    Cloud& cloud_;
    const Settings& settings_;
    FaultOrders& orders_;
    Tally& tally_;
    Gatekeeper gatekeeper_;
    const UrlSigner signer_;
    std::atomic<std::uint64_t> calls_ = 0;

    std::mutex mutex_;
    TokenBucket bucket_infos_;  // guarded by mutex_
    TokenBucket bucket_info_;   // guarded by mutex_
};

}  // namespace simulator

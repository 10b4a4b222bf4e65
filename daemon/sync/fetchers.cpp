#include "daemon/sync/fetchers.h"

#include <string_view>
#include <utility>

#include "daemon/random.h"

namespace vodcatalog {

Fetchers::Fetchers(std::size_t threads, std::vector<VodAccount> accounts, Connect connect,
                   const Clock& clock, Inbox& inbox)
    : connect_(std::move(connect)), clock_(clock), inbox_(inbox) {
    for (VodAccount& account : accounts) {
        lanes_.push_back(std::make_unique<Lane>());
        lanes_.back()->account = std::move(account);
    }
    for (const auto& lane : lanes_) {
        for (std::size_t i = 0; i < threads; ++i)
            threads_.emplace_back([this, &lane = *lane] { run(lane); });
    }
}

Fetchers::~Fetchers() {
    for (const auto& lane : lanes_) lane->stop();
}

void Fetchers::submit(std::vector<Call> calls) {
    for (Call& call : calls) {
        Lane& lane = *lanes_[call.account];
        lane.submit(std::move(call));
    }
}

void Fetchers::Lane::submit(Call call) {
    {
        const std::lock_guard lock(mutex);
        calls.push_back(std::move(call));
    }
    filled.notify_one();
}

bool Fetchers::Lane::next(Call& call) {
    std::unique_lock lock(mutex);
    filled.wait(lock, [this] { return stopping || !calls.empty(); });
    if (stopping) return false;
    call = std::move(calls.front());
    calls.pop_front();
    return true;
}

void Fetchers::Lane::stop() {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
    }
    filled.notify_all();
}

void Fetchers::run(Lane& lane) {
    SystemRandom random;
    std::unique_ptr<HttpClient> http;
    std::optional<VodClient> client;
    Call call;
    while (lane.next(call)) {
        if (!client) {
            http = connect_(lane.account);
            client.emplace(lane.account, *http, clock_, random);
        }
        inbox_.put(fetch(*client, std::move(call)));
    }
}

Answered Fetchers::fetch(VodClient& client, Call call) const {
    std::vector<std::string_view> image_ids;
    image_ids.reserve(call.asked.size());
    for (const auto& image : call.asked) image_ids.emplace_back(image.image_id);
    Answered answered;
    answered.outcome.answer = std::move(call.memory);
    client.call(call.operation, image_ids, answered.outcome);
    answered.call = std::move(call);
    answered.at = clock_.wall();
    return answered;
}

}  // namespace vodcatalog

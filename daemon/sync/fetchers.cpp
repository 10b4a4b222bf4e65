#include "daemon/sync/fetchers.h"

#include <algorithm>
#include <iterator>
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
    for (auto first = calls.begin(); first != calls.end();) {
        const std::size_t account = first->account;
        const auto last = std::find_if(first, calls.end(),
                                       [&](const Call& call) { return call.account != account; });
        lanes_[account]->submit({first, last});
        first = last;
    }
}

void Fetchers::Lane::submit(std::span<Call> more) {
    {
        const std::lock_guard lock(mutex);
        std::move(more.begin(), more.end(), std::back_inserter(calls));
    }
    more.size() == 1 ? filled.notify_one() : filled.notify_all();
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

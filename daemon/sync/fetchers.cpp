#include "daemon/sync/fetchers.h"

#include <exception>
#include <string_view>
#include <utility>

#include "daemon/random.h"

namespace vodcatalog {

/// One thread's way to one account.
class Fetchers::Client {
public:
    Client(const VodAccount& account, const Connect& connect, const Clock& clock, Random& random)
        : http_(connect(account)), client_(account, *http_, clock, random) {}

    void call(Operation operation, std::span<const std::string_view> image_ids,
              CallOutcome& outcome) {
        client_.call(operation, image_ids, outcome);
    }

private:
    std::unique_ptr<HttpClient> http_;
    VodClient client_;
};

Fetchers::Fetchers(std::size_t threads, std::vector<VodAccount> accounts, Connect connect,
                   const Clock& clock, Inbox& inbox)
    : accounts_(std::move(accounts)), connect_(std::move(connect)), clock_(clock), inbox_(inbox) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Fetchers::~Fetchers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    filled_.notify_all();
}

void Fetchers::submit(std::vector<Call> calls) {
    if (calls.empty()) return;
    const bool many = calls.size() > 1;
    {
        const std::lock_guard lock(mutex_);
        for (Call& call : calls) calls_.push_back(std::move(call));
    }
    many ? filled_.notify_all() : filled_.notify_one();
}

bool Fetchers::next(Call& call) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return stopping_ || !calls_.empty(); });
    if (stopping_) return false;
    call = std::move(calls_.front());
    calls_.pop_front();
    return true;
}

void Fetchers::run() {
    SystemRandom random;
    std::vector<std::unique_ptr<Client>> clients(accounts_.size());
    Call call;
    while (next(call)) {
        auto& client = clients[call.account];
        if (!client)
            client = std::make_unique<Client>(accounts_[call.account], connect_, clock_, random);
        inbox_.put(fetch(*client, std::move(call)));
    }
}

Answered Fetchers::fetch(Client& client, Call call) const {
    std::vector<std::string_view> image_ids;
    image_ids.reserve(call.asked.size());
    for (const auto& image : call.asked) image_ids.emplace_back(image.image_id);
    Answered answered;
    client.call(call.operation, image_ids, answered.outcome);
    answered.call = std::move(call);
    answered.at = clock_.wall();
    return answered;
}

}  // namespace vodcatalog

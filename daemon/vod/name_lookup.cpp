#include "daemon/vod/name_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

/// How often who waits looks whether the request was cut. An answer wakes it at once.
constexpr std::chrono::milliseconds kLook{20};

NameLookup::Addresses loopback() {
    return {Poco::Net::IPAddress("127.0.0.1"), Poco::Net::IPAddress("::1")};
}

/// What came of asking for one host, once; both sides have it.
struct Question {
    std::string host;
    SteadyTime asked_at;
    bool answered = false;
    NameLookup::Addresses addresses;
    std::string failure;
};

}  // namespace

struct NameLookup::State {
    explicit State(Resolver its_resolver) : resolver(std::move(its_resolver)) {}

    std::shared_ptr<Question> question_about(const std::string& host, SteadyTime now);
    void resolve(Question& question);

    const Resolver resolver;
    std::mutex mutex;
    std::condition_variable answer;
    // Guarded by mutex, as are the questions.
    std::vector<std::shared_ptr<Question>> questions;  ///< Under way, or answered and fresh.
};

NameLookup::NameLookup(const Clock& clock, Resolver resolver)
    : clock_(clock), state_(std::make_shared<State>(std::move(resolver))) {}

NameLookup::~NameLookup() = default;

/// The one under way, or answered and fresh. Null: there is none.
std::shared_ptr<Question> NameLookup::State::question_about(const std::string& host,
                                                            SteadyTime now) {
    std::erase_if(questions, [now](const std::shared_ptr<Question>& one) {
        return one->answered && now - one->asked_at >= kFreshMax;
    });
    const auto found =
        std::find_if(questions.begin(), questions.end(), [&](const std::shared_ptr<Question>& one) {
            return one->host == host && (one->answered || now - one->asked_at < kPatience);
        });
    return found == questions.end() ? nullptr : *found;
}

/// In the question's own thread.
void NameLookup::State::resolve(Question& question) {
    Addresses addresses;
    std::string failure;
    try {
        addresses = resolver(question.host);
        if (addresses.empty()) failure = "it has no address";
    } catch (const std::exception& error) {
        failure = error.what();
    }
    if (addresses.size() > kAddressesMax) addresses.resize(kAddressesMax);
    const std::lock_guard lock(mutex);
    question.answered = true;
    question.addresses = std::move(addresses);
    question.failure = std::move(failure);
    if (!question.failure.empty()) {
        std::erase_if(questions, [&](const auto& one) { return one.get() == &question; });
    }
    answer.notify_all();
}

NameLookup::Addresses NameLookup::find(const std::string& host, const DeadlineWatch::Slot& slot) {
    if (Poco::Net::IPAddress address; Poco::Net::IPAddress::tryParse(host, address)) {
        return {address};
    }
    if (host == "localhost" || host.ends_with(".localhost")) return loopback();

    std::unique_lock lock(state_->mutex);
    std::shared_ptr<Question> question = state_->question_about(host, clock_.steady());
    if (!question) {
        const auto pending = std::count_if(state_->questions.begin(), state_->questions.end(),
                                           [](const auto& one) { return !one->answered; });
        if (static_cast<std::size_t>(pending) >= kQuestionsMax) {
            throw catalog::Retryable("the name service has left " + std::to_string(pending) +
                                     " questions without an answer; check /etc/resolv.conf");
        }
        question = std::make_shared<Question>(Question{host, clock_.steady(), false, {}, {}});
        std::thread([state = state_, question] { state->resolve(*question); }).detach();
        state_->questions.push_back(question);
    }
    while (!question->answered && slot.cut() == DeadlineWatch::Cut::no) {
        state_->answer.wait_for(lock, kLook);
    }
    if (!question->answered) throw catalog::Retryable("the name service does not answer");
    if (question->failure.empty()) return question->addresses;
    throw catalog::Retryable("no address of " + host + ": " + question->failure);
}

void NameLookup::forget(const std::string& host) {
    const std::lock_guard lock(state_->mutex);
    std::erase_if(state_->questions,
                  [&](const auto& one) { return one->answered && one->host == host; });
}

NameLookup::Addresses NameLookup::ask_system(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list);
    if (error == EAI_SYSTEM) throw catalog::Retryable(std::generic_category().message(errno));
    if (error != 0) throw catalog::Retryable(::gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> freed(list, ::freeaddrinfo);
    Addresses addresses;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
            addresses.emplace_back(*one->ai_addr);
    }
    return addresses;
}

}  // namespace vodcatalog

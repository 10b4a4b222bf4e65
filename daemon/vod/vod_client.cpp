#include "daemon/vod/vod_client.h"

#include <array>
#include <cassert>
#include <stdexcept>
#include <utility>

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"
#include "daemon/vod/cloud_clock.h"
#include "daemon/vod/retry_hint.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMessageBytesMax = 300;
constexpr std::size_t kNameBytesMax = 128;     // code, request ID
constexpr std::size_t kSampleBytesMax = 4096;  // more than is shown: a secret is not cut in two

/// What a second attempt has been made for; each is good for one.
struct Retries {
    bool nonce = false;
    bool clock = false;
    bool session = false;
};

bool first_time(bool& spent) noexcept {
    return !std::exchange(spent, true);
}

std::size_t index(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? 0 : 1;
}

}  // namespace

std::string_view to_string(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? "GetImageInfos" : "GetImageInfo";
}

bool is_chosen(OperationChoice choice, Operation operation) noexcept {
    switch (choice) {
        case OperationChoice::automatic:
            return true;
        case OperationChoice::get_image_infos:
            return operation == Operation::get_image_infos;
        case OperationChoice::get_image_info:
            return operation == Operation::get_image_info;
    }
    return true;
}

std::size_t ids_max(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? 20 : 1;
}

struct VodClient::State {
    State(VodAccount its_account, HttpClient& its_http, const Clock& its_clock, Random& random);

    void prepare(Operation operation, std::span<const std::string_view> image_ids);
    void attempt(Operation operation, std::string_view image_id, CallOutcome& outcome);
    [[nodiscard]] bool send(Operation operation);
    void read(Operation operation, std::string_view image_id, CallOutcome& outcome);
    [[nodiscard]] bool worth_another(const CallError& error, Retries& spent);
    [[nodiscard]] CallError failure(std::string_view code, const std::string& message) const;
    [[nodiscard]] CallError refusal(Operation operation, const ErrorBody& said) const;
    [[nodiscard]] std::string presentable(std::string text, std::size_t bytes_max) const;

    const VodAccount account;
    HttpClient& http;
    const Clock& clock;
    RequestSigner signer;
    CloudClock cloud_clock;
    AnswerParser parser;
    std::array<Parameters, kOperations> parameters;  ///< Of each operation, sorted by name.
    std::array<std::string*, kOperations> ids{};     ///< The values within that name images.
    HttpResponse response;
    std::string* good_body = nullptr;  ///< Where a good answer is to be copied, if anywhere.

    // Of the latest attempt:
    std::shared_ptr<const Session> session;
    milliseconds offset{};
    SteadyTime sent_at{};

    int requests = 0;  ///< Of the latest call, so far.
};

VodClient::VodClient(VodAccount account, HttpClient& http, const Clock& clock, Random& random)
    : state_(std::make_unique<State>(std::move(account), http, clock, random)) {}
VodClient::~VodClient() = default;

VodClient::State::State(VodAccount its_account, HttpClient& its_http, const Clock& its_clock,
                        Random& random)
    : account(std::move(its_account)),
      http(its_http),
      clock(its_clock),
      signer(account.endpoint, account.signature, account.timeout, random),
      cloud_clock(clock, account.compensate_clock) {
    assert(account.sessions);
    for (const auto operation : {Operation::get_image_infos, Operation::get_image_info}) {
        Parameters& own = parameters[index(operation)];
        if (account.auth_timeout)
            own.emplace_back("AuthTimeout", std::to_string(account.auth_timeout->count()));
        own.emplace_back(operation == Operation::get_image_infos ? "ImageIds" : "ImageId", "");
        const std::size_t ids_at = own.size() - 1;
        if (!account.output_type.empty()) own.emplace_back("OutputType", account.output_type);
        ids[index(operation)] = &own[ids_at].second;
    }
}

void VodClient::State::prepare(Operation operation, std::span<const std::string_view> image_ids) {
    std::string& list = *ids[index(operation)];
    list.clear();
    for (const std::string_view id : image_ids) (list += id) += ',';
    list.pop_back();
}

/// Signs afresh each time: a nonce is good once, a time for minutes, a session for an hour.
/// False: there is nothing to sign with.
bool VodClient::State::send(Operation operation) {
    for (bool again = false;; again = true) {
        session = account.sessions->current();
        if (!session) return false;
        offset = cloud_clock.offset();
        const HttpRequest& request = signer.sign(to_string(operation), parameters[index(operation)],
                                                 session, clock.wall() + offset);
        sent_at = clock.steady();
        ++requests;
        try {
            http.send(request, response);
            return true;
        } catch (const StaleConnection&) {
            // The server had closed the idle connection; nothing was lost but a packet.
            if (again) throw;
        }
    }
}

/// Received texts are shown in part, and without secrets.
std::string VodClient::State::presentable(std::string text, std::size_t bytes_max) const {
    repair_utf8(text);
    signer.redact(text);
    cut_utf8(text, bytes_max);
    return text;
}

/// An error of ours.
CallError VodClient::State::failure(std::string_view code, const std::string& message) const {
    const ErrorRule rule = classify(code, 0);
    CallError error;
    error.error_class = rule.error_class;
    error.code = code;
    error.message = presentable(message, kMessageBytesMax);
    error.advice = rule.advice;
    return error;
}

/// The error that an HTTP answer is.
CallError VodClient::State::refusal(Operation operation, const ErrorBody& said) const {
    const ErrorRule rule = classify(said.code, response.status);
    std::string message = said.message;
    if (said.code.empty()) {
        message = "the answer has no error code";
        if (!response.body.empty()) message += ": " + response.body.substr(0, kSampleBytesMax);
    } else if (rule.error_class == CallErrorClass::permission) {
        message = "vod:" + std::string(to_string(operation)) + ": " + message;
    } else if (rule.error_class == CallErrorClass::clock) {
        if (const std::string deviation = cloud_clock.deviation(); !deviation.empty())
            message = deviation + ": " + message;
    }
    CallError error;
    error.error_class = rule.error_class;
    error.code = said.code.empty() ? "HTTP" + std::to_string(response.status)
                                   : presentable(said.code, kNameBytesMax);
    error.message = presentable(std::move(message), kMessageBytesMax);
    error.advice = rule.advice;
    error.http_status = response.status;
    error.request_id = presentable(said.request_id, kNameBytesMax);
    return error;
}

void VodClient::State::read(Operation operation, std::string_view image_id, CallOutcome& outcome) {
    if (response.status != 200) {
        const ErrorBody said = parser.read_error(response.body);
        const bool missing = operation == Operation::get_image_info && response.status == 404 &&
                             equal_in_any_case(said.code, "NoSuchResource");
        if (!missing) {
            outcome.error = refusal(operation, said);
            return;
        }
        outcome.answer.clear();
        outcome.answer.request_id = presentable(said.request_id, kNameBytesMax);
        outcome.answer.not_exist.emplace_back(image_id);
        return;
    }
    try {
        if (good_body != nullptr) *good_body = response.body;
        parser.read_answer(response.body, outcome.answer);
    } catch (const ErrorAnswer& answer) {
        outcome.error = refusal(operation, answer.said());
    } catch (const catalog::Retryable& why) {
        outcome.error = failure("InvalidResponse",
                                why.what() + (": " + response.body.substr(0, kSampleBytesMax)));
        outcome.error->http_status = response.status;
    }
}

/// One attempt. Leaves `outcome` with an error or an answer.
void VodClient::State::attempt(Operation operation, std::string_view image_id,
                               CallOutcome& outcome) {
    outcome.error.reset();
    outcome.wait_hint.reset();
    try {
        if (!send(operation)) {
            outcome.error = failure("NoCredentials", "there are no credentials to sign with: " +
                                                         account.sessions->missing_because());
            return;
        }
    } catch (const ProxyRefused& proxy) {
        outcome.error = failure("ProxyRefused", proxy.what());
        return;
    } catch (const catalog::Refused& certificate) {
        outcome.error = failure("Certificate", certificate.what());
        return;
    } catch (const catalog::Retryable& why) {
        outcome.error = failure("Transport", why.what());
        return;
    }
    if (const auto ahead = cloud_clock.measure(response, sent_at)) outcome.server_ahead = ahead;
    read(operation, image_id, outcome);
    outcome.wait_hint =
        outcome.error ? retry_hint(response, cloud_clock.now()) : rate_limit_hint(response);
    if (outcome.error) outcome.error->retry_after = outcome.wait_hint;
}

/// Whether the cause of the error is gone already, so that a fresh signature may do.
bool VodClient::State::worth_another(const CallError& error, Retries& spent) {
    switch (error.error_class) {
        case CallErrorClass::clock: {
            const bool moved =
                std::chrono::abs(cloud_clock.offset() - offset) > CloudClock::kOffsetIgnored;
            return moved && first_time(spent.clock);
        }
        case CallErrorClass::session:
        case CallErrorClass::credentials: {
            if (!session) return false;
            account.sessions->refused(session);
            const auto current = account.sessions->current();
            return current && current != session && first_time(spent.session);
        }
        case CallErrorClass::server:
            return equal_in_any_case(error.code, "SignatureNonceUsed") && first_time(spent.nonce);
        case CallErrorClass::transport:
        case CallErrorClass::throttled:
        case CallErrorClass::request:
        case CallErrorClass::permission:
        case CallErrorClass::suspended:
        case CallErrorClass::endpoint:
        case CallErrorClass::bug:
            return false;
    }
    return false;
}

void VodClient::call(Operation operation, std::span<const std::string_view> image_ids,
                     CallOutcome& outcome) {
    if (image_ids.empty() || image_ids.size() > ids_max(operation)) {
        throw std::logic_error("a call for no or too many images");
    }
    State& state = *state_;
    const SteadyTime begun = state.clock.steady();
    state.prepare(operation, image_ids);
    state.requests = 0;
    outcome.server_ahead.reset();
    Retries spent;
    do {
        state.attempt(operation, image_ids.front(), outcome);
    } while (outcome.error && state.worth_another(*outcome.error, spent));
    outcome.duration = state.clock.steady() - begun;
    outcome.requests = state.requests;
}

SignedUrls VodClient::signed_urls(std::string_view image_id, CallOutcome& outcome) {
    std::string body;
    state_->good_body = &body;
    call(Operation::get_image_info, {&image_id, 1}, outcome);
    state_->good_body = nullptr;
    if (outcome.error || outcome.answer.image_count == 0) return {};
    return read_signed_urls(body, image_id);
}

}  // namespace vodcatalog

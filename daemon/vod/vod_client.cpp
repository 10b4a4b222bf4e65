#include "daemon/vod/vod_client.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "catalog/error.h"
#include "daemon/vod/redact.h"
#include "daemon/vod/retry_hint.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMessageBytesMax = 300;
constexpr std::size_t kSampleBytesMax = 200;

bool same_code(std::string_view code, std::string_view name) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(code.begin(), code.end(), name.begin(), name.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

std::string presentable(std::string text, std::size_t bytes_max) {
    redact(text);
    cut_utf8(text, bytes_max);
    return text;
}

/// There is nothing to sign with.
struct NoSession {};

}  // namespace

std::string_view to_string(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? "GetImageInfos" : "GetImageInfo";
}

std::size_t ids_max(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? 20 : 1;
}

struct VodClient::State {
    State(VodAccount its_account, HttpClient& its_http, const Clock& its_clock, Random& random)
        : account(std::move(its_account)),
          http(its_http),
          clock(its_clock),
          signer(account.endpoint, account.signature, account.timeout, random) {}

    void prepare(Operation operation, std::span<const std::string_view> image_ids);
    [[nodiscard]] const HttpRequest& sign(Operation operation);
    void send(Operation operation);
    void exchange(Operation operation, CallOutcome& outcome);
    void note_server_time(WallTime sent_at, CallOutcome& outcome);
    void read(Operation operation, std::string_view image_id, CallOutcome& outcome);
    void read_error(CallOutcome& outcome);

    VodAccount account;
    HttpClient& http;
    const Clock& clock;
    RequestSigner signer;
    AnswerParser parser;
    Parameters business;  ///< ImageId or ImageIds, OutputType, AuthTimeout: sorted by name.
    HttpResponse response;
};

VodClient::VodClient(VodAccount account, HttpClient& http, const Clock& clock, Random& random)
    : state_(std::make_unique<State>(std::move(account), http, clock, random)) {}
VodClient::~VodClient() = default;

void VodClient::State::prepare(Operation operation, std::span<const std::string_view> image_ids) {
    business.clear();
    if (account.auth_timeout)
        business.emplace_back("AuthTimeout", std::to_string(account.auth_timeout->count()));
    std::string ids;
    for (const std::string_view id : image_ids) (ids += id) += ',';
    ids.pop_back();
    business.emplace_back(operation == Operation::get_image_infos ? "ImageIds" : "ImageId",
                          std::move(ids));
    if (!account.output_type.empty()) business.emplace_back("OutputType", account.output_type);
}

/// Afresh for each attempt: a nonce is good once, a time for minutes, a session for an hour.
const HttpRequest& VodClient::State::sign(Operation operation) {
    const auto session = account.sessions->current();
    if (!session) throw NoSession();
    return signer.sign(to_string(operation), business, session, clock.wall());
}

void VodClient::State::send(Operation operation) {
    try {
        http.send(sign(operation), response);
    } catch (const StaleConnection&) {
        // The server had closed the idle connection; nothing was lost but a packet.
        http.send(sign(operation), response);
    }
}

void VodClient::State::note_server_time(WallTime sent_at, CallOutcome& outcome) {
    const auto date = response.header("date");
    const auto time = date ? http_date(*date) : std::nullopt;
    if (!time) return;
    const WallTime now = clock.wall();
    const WallTime middle = sent_at + (now - sent_at) / 2;
    // The header has whole seconds, cut off: half of one is the likeliest rest.
    outcome.server_ahead = *time + milliseconds{500} - middle;
}

void VodClient::State::read_error(CallOutcome& outcome) {
    const ErrorBody body = parser.read_error(response.body);
    CallError& error = outcome.error.emplace();
    error.http_status = response.status;
    error.code =
        body.code.empty() ? "HTTP" + std::to_string(response.status) : presentable(body.code, 128);
    error.message = presentable(body.message, kMessageBytesMax);
    error.request_id = presentable(body.request_id, 128);
    const ErrorRule rule = classify(body.code, response.status);
    error.error_class = rule.error_class;
    error.advice = rule.advice;
    error.retry_after = retry_hint(response, clock.wall());
}

void VodClient::State::read(Operation operation, std::string_view image_id, CallOutcome& outcome) {
    if (response.status != 200) {
        read_error(outcome);
        const bool missing = operation == Operation::get_image_info && response.status == 404 &&
                             same_code(outcome.error->code, "NoSuchResource");
        if (!missing) return;
        outcome.answer.clear();
        outcome.answer.request_id = outcome.error->request_id;
        outcome.answer.not_exist.emplace_back(image_id);
        outcome.error.reset();
        return;
    }
    std::string sample = response.body.substr(0, kSampleBytesMax);
    const ErrorBody said = response.body.find("\"Code\"") == std::string::npos
                               ? ErrorBody{}
                               : parser.read_error(response.body);
    try {
        parser.read_answer(response.body, outcome.answer);
    } catch (const catalog::Retryable& why) {
        if (!said.code.empty()) {
            response.body = std::move(sample);
            CallError& error = outcome.error.emplace();
            const ErrorRule rule = classify(said.code, response.status);
            error = {rule.error_class,
                     said.code,
                     presentable(said.message, kMessageBytesMax),
                     std::string(rule.advice),
                     response.status,
                     said.request_id,
                     retry_hint(response, clock.wall())};
            return;
        }
        CallError& error = outcome.error.emplace();
        error.error_class = CallErrorClass::server;
        error.code = "InvalidResponse";
        error.message = presentable(std::string(why.what()) + ": " + sample, kMessageBytesMax);
        error.advice = classify("InternalError", 500).advice;
        error.http_status = response.status;
    }
}

void VodClient::State::exchange(Operation operation, CallOutcome& outcome) {
    const WallTime sent_at = clock.wall();
    outcome.server_ahead.reset();
    outcome.error.reset();
    send(operation);
    note_server_time(sent_at, outcome);
}

void VodClient::call(Operation operation, std::span<const std::string_view> image_ids,
                     CallOutcome& outcome) {
    if (image_ids.empty() || image_ids.size() > ids_max(operation)) {
        throw std::logic_error("a call for no or too many images");
    }
    State& state = *state_;
    const SteadyTime begun = state.clock.steady();
    state.prepare(operation, image_ids);
    try {
        state.exchange(operation, outcome);
        state.read(operation, image_ids.front(), outcome);
        if (outcome.error && same_code(outcome.error->code, "SignatureNonceUsed")) {
            state.exchange(operation, outcome);
            state.read(operation, image_ids.front(), outcome);
        }
    } catch (const NoSession&) {
        const ErrorRule rule = classify("NoCredentials", 0);
        outcome.error = CallError{rule.error_class,
                                  "NoCredentials",
                                  "there are no credentials to sign the call with",
                                  std::string(rule.advice),
                                  0,
                                  "",
                                  std::nullopt};
    } catch (const catalog::Refused& refusal) {
        const ErrorRule rule = classify("Certificate", 0);
        outcome.error = CallError{rule.error_class,
                                  "Certificate",
                                  presentable(refusal.what(), kMessageBytesMax),
                                  std::string(rule.advice),
                                  0,
                                  "",
                                  std::nullopt};
    } catch (const catalog::Retryable& failure) {
        outcome.error =
            CallError{CallErrorClass::transport,
                      "Transport",
                      presentable(failure.what(), kMessageBytesMax),
                      "check the network, name resolution and the endpoint; it is tried again",
                      0,
                      "",
                      std::nullopt};
    }
    outcome.duration = state.clock.steady() - begun;
}

}  // namespace vodcatalog

#include "daemon/vod/vod_client.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "catalog/error.h"
#include "daemon/vod/redact.h"
#include "daemon/vod/retry_hint.h"
#include "daemon/vod/signature_v1.h"
#include "daemon/vod/signature_v3.h"
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

void append_query(std::string& out, const Parameters& parameters) {
    bool first = true;
    for (const auto& [name, value] : parameters) {
        if (!std::exchange(first, false)) out += '&';
        append_percent_encoded(out, name);
        out += '=';
        append_percent_encoded(out, value);
    }
}

}  // namespace

std::string_view to_string(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? "GetImageInfos" : "GetImageInfo";
}

std::size_t ids_max(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? 20 : 1;
}

struct VodClient::State {
    State(VodAccount its_account, HttpClient& its_http, const Clock& its_clock, Random& its_random)
        : account(std::move(its_account)),
          http(its_http),
          clock(its_clock),
          random(its_random),
          v1(account.credentials.access_key_secret),
          v3(account.credentials.access_key_secret) {
        request.endpoint = account.endpoint;
        request.method = "POST";
        request.timeout = account.timeout;
    }

    void prepare(Operation operation, std::span<const std::string_view> image_ids);
    void sign(Operation operation);
    void sign_v1(Operation operation);
    void sign_v3(Operation operation);
    void send(Operation operation);
    void exchange(Operation operation, CallOutcome& outcome);
    void note_server_time(WallTime sent_at, CallOutcome& outcome);
    void read(Operation operation, std::string_view image_id, CallOutcome& outcome);
    void read_error(CallOutcome& outcome);
    [[nodiscard]] std::string nonce();

    VodAccount account;
    HttpClient& http;
    const Clock& clock;
    Random& random;
    SignatureV1 v1;
    SignatureV3 v3;
    AnswerParser parser;
    Parameters business;  ///< ImageId or ImageIds, OutputType, AuthTimeout: sorted by name.
    Parameters signable;
    HttpRequest request;
    HttpResponse response;
};

VodClient::VodClient(VodAccount account, HttpClient& http, const Clock& clock, Random& random)
    : state_(std::make_unique<State>(std::move(account), http, clock, random)) {}
VodClient::~VodClient() = default;

std::string VodClient::State::nonce() {
    const std::array<std::uint64_t, 2> bits{random.bits(), random.bits()};
    std::string text;
    append_hex(text, {reinterpret_cast<const char*>(bits.data()), sizeof bits});
    return text;
}

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

/// Afresh for each attempt: a nonce is good once, a time for minutes.
void VodClient::State::sign(Operation operation) {
    request.headers.clear();
    request.headers.emplace_back("Host", account.endpoint.authority());
    request.headers.emplace_back("User-Agent", "vodcatalog");
    request.headers.emplace_back("Accept", "application/json");
    account.signature == SignatureVersion::v1 ? sign_v1(operation) : sign_v3(operation);
}

void VodClient::State::sign_v1(Operation operation) {
    signable = business;
    signable.emplace_back("AccessKeyId", account.credentials.access_key_id);
    signable.emplace_back("Action", to_string(operation));
    signable.emplace_back("Format", "JSON");
    if (!account.credentials.security_token.empty()) {
        signable.emplace_back("SecurityToken", account.credentials.security_token);
    }
    signable.emplace_back("SignatureMethod", "HMAC-SHA1");
    signable.emplace_back("SignatureNonce", nonce());
    signable.emplace_back("SignatureVersion", "1.0");
    signable.emplace_back("Timestamp", catalog::to_iso_seconds(clock.wall()));
    signable.emplace_back("Version", VodClient::kVersion);
    std::string signature = v1.sign(request.method, signable);
    signable.emplace_back("Signature", std::move(signature));
    request.target = "/";
    request.body.clear();
    append_query(request.body, signable);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
}

void VodClient::State::sign_v3(Operation operation) {
    request.target = "/?";
    append_query(request.target, business);
    request.body.clear();
    signable.clear();
    signable.emplace_back("host", account.endpoint.authority());
    if (!account.credentials.security_token.empty()) {
        signable.emplace_back("x-acs-accesskey-id", account.credentials.access_key_id);
    }
    signable.emplace_back("x-acs-action", to_string(operation));
    signable.emplace_back("x-acs-content-sha256", kEmptyBodySha256);
    signable.emplace_back("x-acs-date", catalog::to_iso_seconds(clock.wall()));
    if (!account.credentials.security_token.empty()) {
        signable.emplace_back("x-acs-security-token", account.credentials.security_token);
    }
    signable.emplace_back("x-acs-signature-nonce", nonce());
    signable.emplace_back("x-acs-version", VodClient::kVersion);
    const std::string_view query = std::string_view(request.target).substr(2);
    const std::string signature = v3.sign({request.method, "/", query, signable, kEmptyBodySha256});
    for (auto header = signable.begin() + 1; header != signable.end(); ++header)
        request.headers.push_back(*header);
    request.headers.emplace_back(
        "Authorization", authorization_v3(account.credentials.access_key_id, signable, signature));
}

void VodClient::State::send(Operation operation) {
    sign(operation);
    try {
        http.send(request, response);
    } catch (const StaleConnection&) {
        // The server had closed the idle connection; nothing was lost but a packet.
        sign(operation);
        http.send(request, response);
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

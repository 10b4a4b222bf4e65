#include "tests/simulator/api.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/simulator/answer_writer.h"
#include "tests/simulator/history.h"
#include "tests/simulator/json_writer.h"
#include "tests/simulator/portrait.h"
#include "tests/simulator/xml.h"

namespace simulator {

/// What one call needs while it is answered.
struct Api::Call {
    std::uint64_t number;
    std::int64_t now_ms;  ///< The images' time; the server's own may be skewed.
    std::shared_ptr<const Scenario> scenario;
    Admission admission;
    Dice dice;
    OutputType output = OutputType::cdn;
    std::int64_t auth_timeout_s = 0;
    std::vector<std::string> image_ids;

    [[nodiscard]] std::int64_t server_ms() const { return now_ms + scenario->clock_skew.count(); }
    [[nodiscard]] bool batch() const { return admission.action == "GetImageInfos"; }
};

namespace {

std::vector<std::string> split_ids(std::string_view text) {
    std::vector<std::string> ids;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string id{text.substr(0, comma)};
        if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return ids;
}

Refusal invalid(const char* parameter) {
    return {400, "InvalidParameter",
            "The specified parameter " + std::string{parameter} + " is not valid."};
}

Refusal throttled(int http_status) {
    return {http_status, "Throttling.User", "Request was denied due to user flow control."};
}

void add_hint(const Faults& faults, Reply& reply) {
    const std::string ms = std::to_string(faults.hint.count());
    switch (faults.throttle_hint) {
        case ThrottleHint::none:
            break;
        case ThrottleHint::rate_limit:
            reply.headers.emplace_back("x-ratelimit-user-api",
                                       "Limit:1,Remain:0,TimeLeft:" + ms + ",Reset:1");
            break;
        case ThrottleHint::acs_retry_after:
            reply.headers.emplace_back("x-acs-retry-after", ms);
            break;
        case ThrottleHint::retry_after:
            reply.headers.emplace_back("Retry-After",
                                       std::to_string((faults.hint.count() + 999) / 1'000));
            break;
    }
}

/// Breaks a JSON document so that no reader can take it for one, not even after replacing bad
/// UTF-8.
void garble(std::string& body, Dice& dice) {
    switch (dice.below(4)) {
        case 0:  // cut off, with a Content-Length that says it is all
            body.resize(body.size() / 4 + dice.below(body.size() / 2));
            break;
        case 1:  // bytes of something else in front
            body.insert(0, "\xff\xfe\x16\x03\x01");
            break;
        case 2:  // no colon after the first member's name
            body[std::min(body.find(':'), body.size() - 1)] = '\x80';
            break;
        default:  // its end overwritten
            body.back() = '\xff';
            break;
    }
}

}  // namespace

Api::Api(std::uint64_t seed, Cloud& cloud, const Settings& settings, FaultOrders& orders,
         Tally& tally, vodcatalog::Credentials credentials)
    : seed_(seed),
      cloud_(cloud),
      settings_(settings),
      orders_(orders),
      tally_(tally),
      gatekeeper_(std::move(credentials)),
      signer_(seed) {}

Reply Api::answer(const HttpRequest& request, std::int64_t now_ms) {
    const std::uint64_t number = calls_++;
    Call call{number, now_ms, settings_.current(), {}, Dice(seed_, "call", number), {}, 0, {}};
    Reply reply;
    reply.call = number;
    reply.request_id = {call.dice.bits(), call.dice.bits()};
    const Fault drawn = draw_fault(call.scenario->faults, call.dice);
    reply.fault = orders_.take().value_or(drawn);
    call.admission = gatekeeper_.admit(request, call.server_ms());
    tally_.add("call " + (call.admission.refusal ? std::string{"refused"} : call.admission.action));
    tally_.add("fault " + std::string{to_string(reply.fault)});

    std::optional<Refusal> refusal = call.admission.refusal;
    if (!refusal) {
        const std::string_view output = call.admission.parameter("OutputType");
        call.output = output == "oss" ? OutputType::oss : OutputType::cdn;
        call.image_ids = split_ids(call.admission.parameter(call.batch() ? "ImageIds" : "ImageId"));
        const std::string_view timeout = call.admission.parameter("AuthTimeout");
        std::from_chars(timeout.data(), timeout.data() + timeout.size(), call.auth_timeout_s);
        refusal = refuse(call);
    }
    if (!refusal && !take_token(call)) {
        refusal = throttled(call.scenario->faults.throttle_status);
        add_hint(call.scenario->faults, reply);
    }
    if (refusal) {
        write_error(*refusal, reply);
    } else if (call.batch()) {
        answer_many(call, reply);
    } else {
        answer_one(call, reply);
    }
    spoil(call, reply);
    if (reply.http_status != 200) tally_.add("http " + std::to_string(reply.http_status));
    return reply;
}

std::optional<Refusal> Api::refuse(const Call& call) {
    const char* const name = call.batch() ? "ImageIds" : "ImageId";
    if (call.image_ids.empty()) {
        return Refusal{400, "Missing" + std::string{name},
                       std::string{name} + " is mandatory for this action."};
    }
    if (call.image_ids.size() > (call.batch() ? kIdsMax : 1)) return invalid(name);
    const std::string_view output = call.admission.parameter("OutputType");
    if (!output.empty() && output != "cdn" && output != "oss") return invalid("OutputType");
    const std::string_view timeout = call.admission.parameter("AuthTimeout");
    const bool digits = timeout.find_first_not_of("0123456789") == std::string_view::npos;
    if (!timeout.empty() && (!digits || call.auth_timeout_s < 1)) return invalid("AuthTimeout");
    return std::nullopt;
}

bool Api::take_token(const Call& call) {
    const Limits& limits = call.scenario->limits;
    const std::scoped_lock lock(mutex_);
    return call.batch() ? bucket_infos_.take(limits.get_image_infos, call.now_ms)
                        : bucket_info_.take(limits.get_image_info, call.now_ms);
}

void Api::answer_one(const Call& call, Reply& reply) {
    Cloud::Looked looked = cloud_.look(call.image_ids, call.now_ms);
    reply.told.emplace().request_id = reply.request_id;
    if (looked.found.empty()) {
        reply.told->not_exist = call.image_ids;
        write_error({404, "NoSuchResource", "The specified resource does not exist."}, reply);
        return;
    }
    const Quirks& quirks = call.scenario->quirks;
    const Portrait portrait = portray(looked.found.front(), seed_, quirks, call.output);
    reply.told->images.emplace_back(portrait.image.image_id, portrait.image.status);
    AnswerWriter writer(signer_, quirks, seed_, call.number, call.server_ms() / 1'000,
                        call.auth_timeout_s);
    reply.body = writer.write_one(reply.request_id, portrait);
}

void Api::answer_many(const Call& call, Reply& reply) {
    Cloud::Looked looked = cloud_.look(call.image_ids, call.now_ms);
    const Quirks& quirks = call.scenario->quirks;
    reply.told.emplace().request_id = reply.request_id;
    std::vector<Portrait> portraits;
    for (const Sight& sight : looked.found) {
        portraits.push_back(portray(sight, seed_, quirks, call.output));
        const catalog::Image& image = portraits.back().image;
        reply.told->images.emplace_back(image.image_id, image.status);
    }
    reply.told->not_exist = looked.not_exist;
    AnswerWriter writer(signer_, quirks, seed_, call.number, call.server_ms() / 1'000,
                        call.auth_timeout_s);
    reply.body = writer.write_many(reply.request_id, std::move(portraits), looked.not_exist);
}

void Api::write_error(const Refusal& refusal, Reply& reply) const {
    tally_.add("error " + refusal.code);
    reply.http_status = refusal.http_status;
    reply.body.clear();
    JsonWriter out(reply.body);
    out.begin_object();
    out.member("RequestId", reply.request_id.text()).member("HostId", kHost);
    out.member("Code", refusal.code).member("Message", refusal.message);
    out.member("Recommend",
               "https://next.api.aliyun.com/troubleshoot?q=" + refusal.code + "&product=vod");
    out.end_object();
}

/// Puts the answer into the form asked for, and does to it what the fault demands of its content.
void Api::spoil(const Call& call, Reply& reply) const {
    Dice dice(seed_, "spoil", call.number);
    const Faults& faults = call.scenario->faults;
    if (reply.fault == Fault::throttle) {
        write_error(throttled(faults.throttle_status), reply);
        add_hint(faults, reply);
    }
    const std::uint64_t kind = dice.below(3);
    if (reply.fault == Fault::http_5xx && kind < 2) {
        write_error(kind == 0 ? Refusal{500, "InternalError", "The request processing has failed."}
                              : Refusal{503, "ServiceUnavailable", "The request has failed."},
                    reply);
    }
    if (call.admission.xml) {
        reply.content_type = "text/xml;charset=utf-8";
        const std::string root =
            reply.http_status == 200 ? call.admission.action + "Response" : "Error";
        reply.body = xml_of_json(reply.body, root);
    }
    if (reply.fault == Fault::http_5xx && kind == 2) {
        reply.http_status = 502;
        reply.content_type = "text/html";
        reply.body =
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad "
            "Gateway"
            "</h1></center><hr><center>tengine</center></body>\r\n</html>\r\n";
    }
    if (reply.fault == Fault::garbled_body) garble(reply.body, dice);
    if (reply.fault == Fault::empty_answer) {
        reply.http_status = 200;
        reply.body.clear();
    }
    if (reply.fault != Fault::none) reply.told.reset();
}

}  // namespace simulator

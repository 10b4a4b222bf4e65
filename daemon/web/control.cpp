#include "daemon/web/control.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>
#include <utility>

#include "catalog/error.h"
#include "catalog/image_id.h"

namespace vodcatalog {
namespace {

std::string to_text(const Poco::JSON::Object& object) {
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

ControlReply refusal(int http_status, const std::string& message) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
    object.set("error", message);
    return {http_status, to_text(object)};
}

using Poco::JSON::Object;

ControlReply reply(const Object& object) {
    return {200, to_text(object)};
}

Object make_object() {
    return Object(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
}

/// The body's members; each may be taken once, and none may be left. No body is an empty object.
class Body {
public:
    Body(const std::string& text, std::string shape) : shape_(std::move(shape)) {
        if (text.empty()) return;
        try {
            Poco::JSON::Parser parser;
            parser.setDepth(2);
            object_ = parser.parse(text).extract<Object::Ptr>();
        } catch (const Poco::Exception&) {
            complain();
        }
    }

    std::optional<std::string> text(const std::string& name) {
        const auto value = take(name);
        if (value.isEmpty()) return std::nullopt;
        if (!value.isString()) complain();
        return value.extract<std::string>();
    }
    std::int64_t number(const std::string& name) {
        const auto value = take(name);
        if (value.isEmpty() || !value.isInteger() || value.isBoolean()) complain();
        try {
            return value.convert<std::int64_t>();
        } catch (const Poco::Exception&) {
            complain();
        }
    }
    void finish() const {
        if (object_ && taken_ != object_->size()) complain();
    }
    [[noreturn]] void complain() const { throw ControlError(400, "the body must be " + shape_); }

private:
    Poco::Dynamic::Var take(const std::string& name) {
        if (!object_ || !object_->has(name)) return {};
        ++taken_;
        if (object_->isNull(name)) complain();
        return object_->get(name);
    }

    std::string shape_;
    Object::Ptr object_;
    std::size_t taken_ = 0;
};

ControlReply accept(ControlTarget& target, const ControlRequest& request, bool gone) {
    Body body(request.body, R"({"account": "NAME"} or empty)");
    const ControlTarget::AccountName account = body.text("account");
    body.finish();
    const auto accepted = gone ? target.accept_gone(account) : target.accept_untrack(account);
    Object object = make_object();
    object.set("account", accepted.account);
    object.set("images", accepted.images);
    return reply(object);
}

void check(const catalog::Silence& silence, std::chrono::seconds lasting) {
    const bool all = !silence.rule && !silence.account && !silence.looks_at_images();
    if (all) throw ControlError(400, "say what is to be silent: a rule, an account, an image ...");
    if (silence.rule && !catalog::rule_named(*silence.rule)) {
        throw ControlError(400, "there is no rule " + *silence.rule + "; docs/alerts.md has all");
    }
    if (silence.image_id && !catalog::is_image_id(*silence.image_id)) {
        throw ControlError(
            400, "the image ID " + std::string(catalog::image_id_fault(*silence.image_id)));
    }
    if (lasting < kSilenceMin || lasting > kSilenceMax) {
        throw ControlError(400, "a silence lasts from a minute to 30 days");
    }
    if (silence.comment.empty() || silence.comment.size() > kCommentBytesMax) {
        throw ControlError(400, "the comment says who wants it silent and why, in 1 to 500 bytes");
    }
}

ControlReply silence(ControlTarget& target, const ControlRequest& request) {
    Body body(request.body, R"({"seconds": N, "comment": "...", "rule": "...", ...})");
    catalog::Silence silence;
    silence.rule = body.text("rule");
    silence.account = body.text("account");
    silence.image_id = body.text("image_id");
    silence.category = body.text("category");
    silence.tag = body.text("tag");
    silence.storage_location = body.text("storage_location");
    silence.comment = body.text("comment").value_or("");
    const std::int64_t seconds = body.number("seconds");
    body.finish();
    const std::chrono::seconds lasting{
        std::clamp<std::int64_t>(seconds, 0, 2 * std::chrono::seconds(kSilenceMax).count())};
    check(silence, lasting);
    Object object = make_object();
    object.set("silence_id", target.silence(silence, lasting));
    return reply(object);
}

/// A command about one row, by its number.
ControlReply about_number(const ControlRequest& request, const std::string& name,
                          const std::function<bool(std::int64_t)>& act, const char* otherwise) {
    Body body(request.body, R"({")" + name + R"(": N})");
    const std::int64_t number = body.number(name);
    body.finish();
    if (!act(number)) throw ControlError(404, std::to_string(number) + ": " + otherwise);
    Object object = make_object();
    object.set(name, number);
    return reply(object);
}

ControlReply test_alert(ControlTarget& target, const ControlRequest& request) {
    Body body(request.body, R"({"channel": "NAME"})");
    const auto channel = body.text("channel");
    body.finish();
    if (!channel) body.complain();
    const ControlTarget::Trial trial = target.try_channel(*channel);
    Object object = make_object();
    object.set("channel", *channel);
    object.set("delivered", trial.delivered);
    object.set("refused", trial.refused);
    object.set("error", trial.error);
    return reply(object);
}

ControlReply carry_out(ControlTarget& target, const ControlRequest& request) {
    const std::map<std::string_view, std::function<ControlReply()>> commands{
        {"/v1/accept-gone", [&] { return accept(target, request, true); }},
        {"/v1/accept-untrack", [&] { return accept(target, request, false); }},
        {"/v1/silence", [&] { return silence(target, request); }},
        {"/v1/unsilence",
         [&] {
             return about_number(
                 request, "silence_id", [&](auto id) { return target.end_silence(id); },
                 "there is no such silence, or it is over; the table silence has all");
         }},
        {"/v1/ack",
         [&] {
             return about_number(
                 request, "incident_id", [&](auto id) { return target.acknowledge(id); },
                 "no such incident is open; the view open_incident has those that are");
         }},
        {"/v1/test-alert", [&] { return test_alert(target, request); }},
    };
    const auto command = commands.find(request.path);
    if (command == commands.end()) {
        throw ControlError(404,
                           "there is no such command; this daemon may be older than the program "
                           "that asks it");
    }
    if (request.method != "POST") throw ControlError(405, "a command is a POST");
    return command->second();
}

}  // namespace

ControlReply answer_control(ControlTarget& target, const ControlRequest& request) {
    try {
        return carry_out(target, request);
    } catch (const ControlError& error) {
        return refusal(error.http_status(), error.what());
    } catch (const catalog::Retryable& error) {
        return refusal(503, error.what());
    }
}

}  // namespace vodcatalog

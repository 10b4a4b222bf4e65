#include "daemon/web/control.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <sstream>

#include "catalog/error.h"

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

ControlReply reply(const ControlTarget::Accepted& accepted) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
    object.set("account", accepted.account);
    object.set("images", accepted.images);
    return {200, to_text(object)};
}

/// The account that the body names. Anything else in it is a mistake of the caller.
ControlTarget::AccountName account_of(const std::string& body) {
    if (body.empty()) return std::nullopt;
    constexpr const char* kShape = R"(the body must be {"account": "NAME"} or empty)";
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(2);
        const auto object = parser.parse(body).extract<Poco::JSON::Object::Ptr>();
        ControlTarget::AccountName account;
        for (const auto& [name, value] : *object) {
            if (name != "account" || !value.isString()) throw ControlError(400, kShape);
            account = value.extract<std::string>();
        }
        return account;
    } catch (const Poco::Exception&) {
        throw ControlError(400, kShape);
    }
}

ControlReply carry_out(ControlTarget& target, const ControlRequest& request) {
    const bool gone = request.path == "/v1/accept-gone";
    if (!gone && request.path != "/v1/accept-untrack") {
        throw ControlError(404,
                           "there is no such command; this daemon may be older than the program "
                           "that asks it");
    }
    if (request.method != "POST") throw ControlError(405, "a command is a POST");
    const ControlTarget::AccountName account = account_of(request.body);
    return reply(gone ? target.accept_gone(account) : target.accept_untrack(account));
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

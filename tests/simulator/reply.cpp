#include "tests/simulator/reply.h"

#include <algorithm>

#include "tests/simulator/dice.h"
#include "tests/simulator/json_writer.h"

namespace simulator {
namespace {

void write_denial(JsonWriter& out, const std::string& action, const std::string& uid) {
    out.key("AccessDeniedDetail").begin_object();
    out.member("AuthAction", action).member("AuthPrincipalType", "SubUser");
    out.member("AuthPrincipalDisplayName", "204" + uid.substr(0, 13));
    out.member("AuthPrincipalOwnerId", uid).member("NoPermissionType", "ImplicitDeny");
    out.member("PolicyType", "AccountLevelIdentityBasedPolicy");
    out.member("EncodedDiagnosticMessage", "AQEAAAAAZk1DWjA3NTA4MkM4RkE4RjM=").end_object();
}

std::string proxy_page(const std::string& title) {
    return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body><center><h1>" + title +
           "</h1></center><hr><center>tengine</center></body>\r\n</html>\r\n";
}

void show_page(int http_status, const std::string& reason, Reply& reply) {
    reply.http_status = http_status;
    reply.gateway = false;
    reply.content_type = "text/html";
    reply.code.clear();
    reply.body = proxy_page(std::to_string(http_status) + " " + reason);
}

void redirect(int http_status, const std::string& target, Reply& reply) {
    reply.http_status = http_status;
    reply.gateway = false;
    reply.code.clear();
    reply.body.clear();
    if (!target.empty()) reply.headers.emplace_back("Location", target);
}

}  // namespace

void write_error(const Refusal& refusal, const std::string& host, Reply& reply,
                 const std::string& denied_action, const std::string& uid) {
    reply.http_status = refusal.http_status;
    reply.code = refusal.code;
    reply.content_type = "application/json;charset=utf-8";
    reply.body.clear();
    JsonWriter out(reply.body);
    out.begin_object();
    out.member("RequestId", reply.request_id.text()).member("HostId", host);
    out.member("Code", refusal.code).member("Message", refusal.message);
    out.member("Recommend", "https://next.api.aliyun.com/troubleshoot?q=" + refusal.code +
                                "&product=" + host.substr(0, host.find('.')));
    if (!denied_action.empty() && is_permission_code(refusal.code)) {
        write_denial(out, denied_action, uid);
    }
    out.end_object();
}

void add_hints(const Throttle& throttle, Reply& reply) {
    const std::string ms = std::to_string(throttle.hint.count());
    const std::string bucket = "Limit:1,Remain:0,TimeLeft:" + ms + ",Reset:1";
    for (const ThrottleHint hint : throttle.hints) {
        switch (hint) {
            case ThrottleHint::rate_limit:
                reply.headers.emplace_back("x-ratelimit-user-api", bucket);
                break;
            case ThrottleHint::rate_limit_user:
                reply.headers.emplace_back("x-ratelimit-user", bucket);
                break;
            case ThrottleHint::acs_retry_after:
                reply.headers.emplace_back("x-acs-retry-after", ms);
                break;
            case ThrottleHint::retry_after:
                reply.headers.emplace_back("Retry-After",
                                           std::to_string((throttle.hint.count() + 999) / 1'000));
                break;
        }
    }
}

void replace_answer(Fault fault, const Faults& faults, Reply& reply) {
    switch (fault) {
        case Fault::proxy_407:
            reply.headers.emplace_back("Proxy-Authenticate", "Basic realm=\"proxy\"");
            return show_page(407, "Proxy Authentication Required", reply);
        case Fault::proxy_502:
            return show_page(502, "Bad Gateway", reply);
        case Fault::proxy_503:
            return show_page(503, "Service Unavailable", reply);
        case Fault::proxy_504:
            return show_page(504, "Gateway Time-out", reply);
        case Fault::redirect_302:
            return redirect(302, faults.redirect_to, reply);
        case Fault::redirect_307:
            return redirect(307, faults.redirect_to, reply);
        case Fault::status_999:
            reply.http_status = 999;
            return;
        case Fault::status_204:
            reply.http_status = 204;
            reply.code.clear();
            reply.body.clear();
            return;
        case Fault::empty_answer:
            reply.http_status = 200;
            reply.code.clear();
            reply.body.clear();
            return;
        default:
            return;
    }
}

void garble(std::string& body, Dice& dice) {
    if (body.size() < 8) body = "{\"RequestId\":0}";
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

}  // namespace simulator

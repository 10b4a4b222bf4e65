#include "tests/simulator/control.h"

#include <simdjson.h>

#include <charconv>
#include <map>
#include <memory>

#include "tests/simulator/json_writer.h"
#include "tests/simulator/member_change.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/truth.h"

namespace simulator {
namespace {

constexpr const char* kRoutes = R"({"routes":[
"GET /truth[?account=NAME][&output_type=oss]","GET /served","GET /served/ID","GET /secrets",
"GET /stats",
"GET /record[?account=NAME][&since=MS]: every call and how it was answered",
"POST /images[?account=NAME] {\"count\":5}",
"POST /images[?account=NAME] {\"images\":[{\"ImageId\":\"...\",\"Title\":\"...\"}]}",
"PATCH /images/ID {\"Title\":\"...\",\"Status\":\"Normal\",\"Mezzanine\":{\"Width\":3}}",
"DELETE /images/ID",
"POST /settings: part of a scenario, as JSON or YAML",
"POST /faults {\"fault\":\"hang\",\"calls\":3}: of the very next calls of the image API",
"POST /faults: also with \"action\":\"AssumeRole\", \"account\":\"main\"",
"POST /faults {\"fault\":\"code\",\"code\":\"InternalError\"}: also with http_status, message",
"DELETE /faults: those still ordered","POST /keys/expire: ends all temporary keys",
"POST /freeze"]})";

ControlReply failed(int http_status, const std::string& why) {
    ControlReply reply{http_status, ""};
    JsonWriter(reply.body).begin_object().member("error", why).end_object();
    return reply;
}

ControlReply done() {
    return {200, "{}"};
}

ControlReply no_image(const std::string& id) {
    return failed(404, "there is no image " + id);
}

ControlReply no_route() {
    return failed(404, "no such route; GET / lists them");
}

ControlReply no_account() {
    return failed(404, "there is no such account");
}

/// A parameter in the query; empty if it is not there.
std::string parameter(const HttpRequest& request, std::string_view name) {
    Pairs pairs;
    read_form(request.query, pairs);
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return "";
}

ControlReply with_ids(const std::vector<std::string>& ids) {
    ControlReply reply;
    JsonWriter out(reply.body);
    out.begin_object().key("image_ids").begin_array();
    for (const std::string& id : ids) out.text(id);
    out.end_array().end_object();
    return reply;
}

/// The ID in "/images/ID"; empty if the path is none.
std::string id_in(const std::string& path, std::string_view prefix) {
    return path.starts_with(prefix) ? path.substr(prefix.size()) : "";
}

}  // namespace

ControlReply Control::answer(const HttpRequest& request, std::int64_t now_ms) {
    try {
        return request.method == "GET" ? read(request, now_ms) : write(request, now_ms);
    } catch (const BadChange& error) {
        return failed(400, error.what());
    } catch (const BadScenario& error) {
        return failed(400, error.what());
    }
}

ControlReply Control::write(const HttpRequest& request, std::int64_t now_ms) {
    const std::string route = request.method + " " + request.path;
    const std::string id = id_in(request.path, "/images/");
    if (request.method == "PATCH" && !id.empty()) return change_image(id, request.body, now_ms);
    if (request.method == "DELETE" && !id.empty()) return remove_image(id, now_ms);
    if (route == "POST /images") return add_images(request, now_ms);
    if (route == "POST /faults") return order_faults(request.body);
    if (route == "POST /settings") return change_settings(request.body, now_ms);
    if (route == "DELETE /faults") {
        orders_.clear();
        return done();
    }
    if (route == "POST /keys/expire") {
        keys_.expire_all(now_ms);
        return done();
    }
    if (route == "POST /freeze") {
        for (const Account& account : accounts_.all()) account.cloud->freeze(now_ms);
        return done();
    }
    return no_route();
}

ControlReply Control::read(const HttpRequest& request, std::int64_t now_ms) {
    if (request.path == "/") return {200, kRoutes};
    if (request.path == "/truth") return truth(request, now_ms);
    if (request.path == "/served") return {200, record_.json(now_ms)};
    if (const std::string id = id_in(request.path, "/served/"); !id.empty()) {
        return {200, record_.json(now_ms, id)};
    }
    if (request.path == "/record") return calls(request, now_ms);
    if (request.path == "/stats") return {200, stats(now_ms)};
    return no_route();
}

const Account* Control::account_in(const HttpRequest& request) const {
    const std::string name = parameter(request, "account");
    return name.empty() ? &accounts_.main() : accounts_.named(name);
}

ControlReply Control::truth(const HttpRequest& request, std::int64_t now_ms) {
    const Account* const account = account_in(request);
    if (account == nullptr) return no_account();
    const bool oss = parameter(request, "output_type") == "oss";
    return {200, truth_json(account->cloud->standings(now_ms), account->seed,
                            settings_.current()->quirks, oss ? OutputType::oss : OutputType::cdn,
                            now_ms, account->cloud->frozen_at())};
}

ControlReply Control::calls(const HttpRequest& request, std::int64_t now_ms) const {
    const std::string account = parameter(request, "account");
    if (!account.empty() && accounts_.named(account) == nullptr) return no_account();
    const std::string text = parameter(request, "since");
    std::int64_t since = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), since);
    if (!text.empty() && (error != std::errc{} || end != text.data() + text.size())) {
        return failed(400, "since is no number of milliseconds");
    }
    return {200, calls_.json(now_ms, account, since)};
}

std::string Control::stats(std::int64_t now_ms) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).key("images").begin_object();
    std::map<std::string, std::uint64_t> images;
    for (const Account& account : accounts_.all()) {
        for (const auto& [name, count] : account.cloud->count_by_status(now_ms)) {
            images[name] += count;
        }
    }
    for (const auto& [name, count] : images) out.member(name, count);
    out.end_object().key("counts").begin_object();
    for (const auto& [name, count] : tally_.counts()) out.member(name, count);
    out.end_object().end_object();
    return text;
}

ControlReply Control::add_images(const HttpRequest& request, std::int64_t now_ms) {
    const Account* const account = account_in(request);
    if (account == nullptr) return no_account();
    Cloud& cloud = *account->cloud;
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    if (parser.parse(request.body).get(document) != simdjson::SUCCESS) {
        return failed(400, "the body is no JSON");
    }
    std::vector<std::string> ids;
    std::uint64_t count = 0;
    if (document["count"].get(count) == simdjson::SUCCESS) {
        if (count > kAddMax) return failed(400, "count is over " + std::to_string(kAddMax));
        for (std::uint64_t i = 0; i < count; ++i) ids.push_back(cloud.add(now_ms));
        return with_ids(ids);
    }
    simdjson::dom::array images;
    if (document["images"].get(images) != simdjson::SUCCESS) {
        return failed(400, "neither count nor images in the body");
    }
    for (const simdjson::dom::element image : images) {
        std::string_view id;
        const bool named = image["ImageId"].get(id) == simdjson::SUCCESS;
        if (named &&
            (accounts_.owning(std::string{id}) != nullptr || !cloud.add(std::string{id}, now_ms))) {
            return failed(409, "there is or was an image " + std::string{id});
        }
        ids.push_back(named ? std::string{id} : cloud.add(now_ms));
        const std::string members = simdjson::minify(image);
        const ControlReply changed = change_image(ids.back(), members, now_ms);
        if (changed.http_status != 200) return changed;
    }
    return with_ids(ids);
}

ControlReply Control::change_image(const std::string& id, const std::string& body,
                                   std::int64_t now_ms) {
    const auto change = [&](catalog::Image& image) { change_members(image, body); };
    const Account* const account = accounts_.owning(id);
    return account != nullptr && account->cloud->change(id, change, now_ms) ? done() : no_image(id);
}

ControlReply Control::remove_image(const std::string& id, std::int64_t now_ms) {
    const Account* const account = accounts_.owning(id);
    return account != nullptr && account->cloud->remove(id, now_ms) ? done() : no_image(id);
}

ControlReply Control::order_faults(const std::string& body) {
    const FaultOrder order = read_fault_order(body, "body");
    if (!order.calls.account.empty() && accounts_.named(order.calls.account) == nullptr) {
        return no_account();
    }
    if (orders_.order(order.affliction, order.count, order.calls)) return done();
    return failed(409, "there are too many orders; DELETE /faults takes them back");
}

ControlReply Control::change_settings(const std::string& body, std::int64_t now_ms) {
    const std::shared_ptr<const Scenario> before = settings_.current();
    const Scenario scenario = read_scenario(body, "body", *before);
    for (std::size_t i = 0; i < scenario.accounts.size(); ++i) {
        if (i < before->accounts.size() &&
            scenario.accounts[i].same_from_start(before->accounts[i]))
            continue;
        return failed(400, "account " + scenario.accounts[i].name +
                               ": accounts, and their images, regions and keys, are what they were "
                               "at the start");
    }
    settings_.replace(scenario);
    for (const Account& account : accounts_.all()) account.cloud->follow(scenario, now_ms);
    return done();
}

}  // namespace simulator

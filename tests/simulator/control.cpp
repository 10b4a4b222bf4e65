#include "tests/simulator/control.h"

#include <simdjson.h>

#include <optional>

#include "tests/simulator/json_writer.h"
#include "tests/simulator/member_change.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/truth.h"

namespace simulator {
namespace {

constexpr const char* kRoutes = R"({"routes":[
"GET /truth[?output_type=oss]","GET /served","GET /served/ID","GET /secrets","GET /stats",
"POST /images {\"count\":5} or {\"images\":[{\"ImageId\":\"...\",\"Title\":\"...\"}]}",
"PATCH /images/ID {\"Title\":\"...\",\"Status\":\"Normal\",\"Mezzanine\":{\"Width\":3}}",
"DELETE /images/ID",
"POST /settings: part of a scenario, as JSON or YAML",
"POST /faults {\"fault\":\"hang\",\"calls\":3}: of the very next calls","POST /freeze"]})";

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
    const std::string id = id_in(request.path, "/images/");
    try {
        if (request.method == "GET") return read(request, now_ms);
        if (request.method == "PATCH" && !id.empty()) return change_image(id, request.body, now_ms);
        if (request.method == "DELETE" && !id.empty()) {
            return cloud_.remove(id, now_ms) ? done() : no_image(id);
        }
        if (request.method == "POST" && request.path == "/images")
            return add_images(request.body, now_ms);
        if (request.method == "POST" && request.path == "/faults")
            return order_faults(request.body);
        if (request.method == "POST" && request.path == "/settings") {
            return change_settings(request.body, now_ms);
        }
        if (request.method == "POST" && request.path == "/freeze") {
            cloud_.freeze(now_ms);
            return done();
        }
    } catch (const BadChange& error) {
        return failed(400, error.what());
    } catch (const BadScenario& error) {
        return failed(400, error.what());
    }
    return failed(404, "no such route; GET / lists them");
}

ControlReply Control::read(const HttpRequest& request, std::int64_t now_ms) {
    if (request.path == "/") return {200, kRoutes};
    if (request.path == "/truth") return {200, truth(request, now_ms)};
    if (request.path == "/served") return {200, record_.json(now_ms)};
    if (const std::string id = id_in(request.path, "/served/"); !id.empty()) {
        return {200, record_.json(now_ms, id)};
    }
    if (request.path == "/stats") return {200, stats(now_ms)};
    return failed(404, "no such route; GET / lists them");
}

std::string Control::truth(const HttpRequest& request, std::int64_t now_ms) {
    const bool oss = request.query == "output_type=oss";
    return truth_json(cloud_.standings(now_ms), seed_, settings_.current()->quirks,
                      oss ? OutputType::oss : OutputType::cdn, now_ms, cloud_.frozen_at());
}

std::string Control::stats(std::int64_t now_ms) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).key("images").begin_object();
    for (const auto& [name, count] : cloud_.count_by_status(now_ms)) out.member(name, count);
    out.end_object().key("counts").begin_object();
    for (const auto& [name, count] : tally_.counts()) out.member(name, count);
    out.end_object().end_object();
    return text;
}

ControlReply Control::add_images(const std::string& body, std::int64_t now_ms) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    if (parser.parse(body).get(document) != simdjson::SUCCESS)
        return failed(400, "the body is no JSON");
    std::vector<std::string> ids;
    std::uint64_t count = 0;
    if (document["count"].get(count) == simdjson::SUCCESS) {
        if (count > kAddMax) return failed(400, "count is over " + std::to_string(kAddMax));
        for (std::uint64_t i = 0; i < count; ++i) ids.push_back(cloud_.add(now_ms));
        return with_ids(ids);
    }
    simdjson::dom::array images;
    if (document["images"].get(images) != simdjson::SUCCESS) {
        return failed(400, "neither count nor images in the body");
    }
    for (const simdjson::dom::element image : images) {
        std::string_view id;
        const bool named = image["ImageId"].get(id) == simdjson::SUCCESS;
        if (named && !cloud_.add(std::string{id}, now_ms)) {
            return failed(409, "there is or was an image " + std::string{id});
        }
        ids.push_back(named ? std::string{id} : cloud_.add(now_ms));
        const std::string members = simdjson::minify(image);
        const ControlReply changed = change_image(ids.back(), members, now_ms);
        if (changed.http_status != 200) return changed;
    }
    return with_ids(ids);
}

ControlReply Control::change_image(const std::string& id, const std::string& body,
                                   std::int64_t now_ms) {
    const auto change = [&](catalog::Image& image) { change_members(image, body); };
    return cloud_.change(id, change, now_ms) ? done() : no_image(id);
}

ControlReply Control::order_faults(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    std::string_view name;
    if (parser.parse(body).get(document) != simdjson::SUCCESS ||
        document["fault"].get(name) != simdjson::SUCCESS) {
        return failed(400, "the body is no JSON object with a fault");
    }
    const std::optional<Fault> fault = fault_from(name);
    if (!fault) return failed(400, "there is no fault " + std::string{name});
    std::uint64_t calls = 1;
    if (document["calls"].get(calls) != simdjson::SUCCESS) calls = 1;
    orders_.order(*fault, calls);
    return done();
}

ControlReply Control::change_settings(const std::string& body, std::int64_t now_ms) {
    const Scenario scenario = read_scenario(body, "body", *settings_.current());
    settings_.replace(scenario);
    cloud_.follow(scenario, now_ms);
    return done();
}

}  // namespace simulator

#include "tests/simulator/image_api.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/simulator/answer_writer.h"

namespace simulator {
namespace {

bool is_batch(const Admission& admission) {
    return admission.action == "GetImageInfos";
}

std::vector<std::string> ids_of(const Admission& admission) {
    std::string_view text = admission.parameter(is_batch(admission) ? "ImageIds" : "ImageId");
    if (!is_batch(admission))
        return text.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{std::string{text}};
    std::vector<std::string> ids;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        if (comma != 0) ids.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return ids;
}

std::int64_t auth_timeout_of(const Admission& admission) {
    const std::string_view text = admission.parameter("AuthTimeout");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return error == std::errc{} && end == text.data() + text.size() ? seconds : 0;
}

OutputType output_of(const Admission& admission) {
    return admission.parameter("OutputType") == "oss" ? OutputType::oss : OutputType::cdn;
}

Refusal invalid(const std::string& parameter) {
    Refusal refusal = refuse_with("InvalidParameter");
    refusal.message = "The specified parameter " + parameter + " is not valid.";
    return refusal;
}

}  // namespace

std::optional<Refusal> ImageApi::check(const Admission& admission) {
    const std::string name = is_batch(admission) ? "ImageIds" : "ImageId";
    const std::vector<std::string> ids = ids_of(admission);
    if (ids.empty()) return refuse_with("Missing" + name);
    if (ids.size() > kIdsMax) return invalid(name);
    const std::string_view output = admission.parameter("OutputType");
    if (!output.empty() && output != "cdn" && output != "oss") return invalid("OutputType");
    if (admission.parameter("AuthTimeout").empty()) return std::nullopt;
    const std::int64_t timeout = auth_timeout_of(admission);
    const bool too_long = output_of(admission) == OutputType::oss && timeout > kOssTimeoutMaxS;
    return timeout < 1 || too_long ? std::optional{invalid("AuthTimeout")} : std::nullopt;
}

/// Images are seen through their own region's endpoint alone.
Cloud::Looked ImageApi::look(const ImageCall& call) const {
    std::vector<std::string> ids;
    for (const std::string& id : ids_of(call.admission)) {
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    if (call.region != call.account.region) return {{}, std::move(ids)};
    return call.account.cloud->look(ids, call.now_ms);
}

std::optional<Refusal> ImageApi::answer(const ImageCall& call, Reply& reply) const {
    Cloud::Looked looked = look(call);
    const Quirks& quirks = call.scenario.quirks;
    reply.told.emplace().request_id = reply.request_id;
    std::vector<Portrait> portraits;
    for (const Sight& sight : looked.found) {
        portraits.push_back(portray(sight, call.account.seed, quirks, output_of(call.admission)));
        const catalog::Image& image = portraits.back().image;
        reply.told->images.emplace_back(image.image_id, image.status);
    }
    reply.told->not_exist = looked.not_exist;
    AnswerWriter writer(signer_, quirks, call.account.seed, call.number, call.server_ms / 1'000,
                        auth_timeout_of(call.admission));
    if (is_batch(call.admission)) {
        reply.body = writer.write_many(reply.request_id, std::move(portraits), looked.not_exist);
        return std::nullopt;
    }
    if (portraits.empty()) return refuse_with("NoSuchResource");
    reply.body = writer.write_one(reply.request_id, portraits.front());
    return std::nullopt;
}

}  // namespace simulator

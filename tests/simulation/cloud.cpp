#include "tests/simulation/cloud.h"

#include <algorithm>
#include <ctime>

#include "catalog/error.h"
#include "catalog/wall_time.h"

namespace simulation {
namespace {

using catalog::Image;
using vodcatalog::HttpRequest;
using vodcatalog::HttpResponse;

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string parameter(std::string_view target, std::string_view name) {
    const std::string start = std::string(name) + "=";
    auto at = target.find("?" + start);
    if (at == target.npos) at = target.find("&" + start);
    if (at == target.npos) return {};
    const auto value = target.substr(at + 1 + start.size());
    return decoded(value.substr(0, value.find('&')));
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

/// RFC 9110, section 5.6.7.
std::string http_date(vodcatalog::WallTime time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

void member(std::string& out, std::string_view name, const std::string& json) {
    if (out.back() != '{') out += ',';
    ((((out += '"') += name) += "\":") += json);
}

void member(std::string& out, std::string_view name, const std::optional<std::string>& value) {
    if (value) member(out, name, "\"" + *value + "\"");
}

std::string error_body(const std::string& code, const std::string& request_id) {
    return R"({"Code":")" + code + R"(","Message":"no","RequestId":")" + request_id +
           R"(","HostId":"vod"})";
}

}  // namespace

std::string Cloud::word(std::string_view prefix) {
    return std::string(prefix) + std::to_string(random_.below(1'000'000));
}

void Cloud::create(const std::string& image_id) {
    Image image;
    image.image_id = image_id;
    image.status = catalog::kUploading;
    image.title = word("title ");
    image.creation_time = catalog::to_iso_seconds(clock_.undisturbed());
    image.image_type = "default";
    image.app_id = "app-1000000";
    if (random_.chance(0.5)) image.tags = word("tag") + "," + word("tag");
    images[image_id] = image;
}

void Cloud::change(const std::string& image_id) {
    std::optional<Image>& image = images[image_id];
    if (!image) {
        if (random_.chance(0.5)) create(image_id);
        return;
    }
    if (image->status == catalog::kUploading && random_.chance(0.7)) {
        const bool good = random_.chance(0.7);
        image->status = good ? catalog::kNormal : catalog::kUploadFail;
        if (!good) return;
        image->url = "http://cdn.example.com/image/" + image_id + ".png";
        image->url_signed = true;
        image->mezzanine.emplace();
        image->mezzanine->width = static_cast<std::int64_t>(random_.below(4'000));
        image->mezzanine->height = static_cast<std::int64_t>(random_.below(4'000));
        image->mezzanine->file_size = static_cast<std::int64_t>(random_.below(4'000'000));
        image->mezzanine->file_url =
            "https://outin.oss-cn-shanghai.aliyuncs.com/" + image_id + ".png";
        image->mezzanine->file_url_signed = true;
        return;
    }
    switch (random_.below(8)) {
        case 0:
            image.reset();
            return;
        case 1:
            image->status = word("Strange");
            return;
        case 2:
            image->status = catalog::kUploading;
            return;
        case 3:
            image->tags.reset();
            return;
        case 4:
            image->description = word("about ");
            return;
        case 5:
            image->cate_id = static_cast<std::int64_t>(random_.below(100));
            return;
        default:
            image->title = word("title ");
            return;
    }
}

std::string Cloud::signed_url(const std::string& url) {
    const auto signature = std::to_string(random_.bits());
    if (url.starts_with("http:")) return url + "?auth_key=1767323845-0-0-" + signature;
    return url + "?Expires=1767326645&OSSAccessKeyId=CANARYKEY&Signature=" + signature + "%3D";
}

std::string Cloud::object(const Image& image) {
    std::string out = "{";
    member(out, "Title", image.title);
    member(out, "ImageId", std::optional{image.image_id});
    member(out, "Status", image.status);
    member(out, "CreationTime", image.creation_time);
    member(out, "ImageType", image.image_type);
    member(out, "AppId", image.app_id);
    member(out, "Tags", image.tags);
    member(out, "Description", image.description);
    if (image.cate_id) member(out, "CateId", std::to_string(*image.cate_id));
    if (image.url) member(out, "URL", "\"" + signed_url(*image.url) + "\"");
    if (image.mezzanine) {
        std::string mezzanine = "{";
        member(mezzanine, "Width", std::to_string(*image.mezzanine->width));
        member(mezzanine, "FileURL", "\"" + signed_url(*image.mezzanine->file_url) + "\"");
        member(mezzanine, "Height", std::to_string(*image.mezzanine->height));
        member(mezzanine, "FileSize", "\"" + std::to_string(*image.mezzanine->file_size) + "\"");
        member(out, "Mezzanine", mezzanine + "}");
    }
    return out + "}";
}

std::string Cloud::body(const std::vector<std::string>& image_ids, bool single, Fault fault) {
    const std::string request_id = "REQ-" + std::to_string(requests_);
    std::vector<std::string> order = image_ids;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    std::string found, missing;
    for (const std::string& image_id : order) {
        if (fault == Fault::forgetful && random_.chance(0.4)) continue;
        const auto at = images.find(image_id);
        const bool exists = at != images.end() && at->second;
        said_[image_id] = {request_id, exists ? at->second->status : std::nullopt, exists};
        std::string& list = exists ? found : missing;
        if (!list.empty()) list += ',';
        list += exists ? object(*at->second) : "\"" + image_id + "\"";
    }
    if (fault == Fault::talkative && !images.empty() && !single) {
        Image stranger;
        stranger.image_id = "nobody-asked";
        stranger.status = catalog::kUploadFail;
        found += (found.empty() ? "" : ",") + object(stranger);
    }
    const std::string end = R"("RequestId":")" + request_id + "\"}";
    if (single) return R"({"ImageInfo":)" + found + "," + end;
    return R"({"ImageInfo":[)" + found + R"(],"NonExistImageIds":[)" + missing + "]," + end;
}

void Cloud::answer_error(Fault fault, HttpResponse& response) {
    const std::string request_id = "REQ-" + std::to_string(requests_);
    const auto say = [&](int status, const std::string& text) {
        response.status = status;
        response.body = text;
    };
    switch (fault) {
        case Fault::server_error:
            return say(random_.chance(0.5) ? 500 : 503, error_body("InternalError", request_id));
        case Fault::gateway_page:
            return say(502, "<html><h1>502 Bad Gateway</h1></html>");
        case Fault::throttled:
            return say(400, error_body("Throttling.User", request_id));
        case Fault::garbled:
            return say(200, "{\"ImageInfo\":[{{\x01\xff");
        case Fault::not_found:
            return say(404, error_body("InvalidResource.NotFound", request_id));
        case Fault::wrong_key:
            return say(404, error_body("InvalidAccessKeyId.NotFound", request_id));
        case Fault::clock:
            return say(400, error_body("InvalidTimeStamp.Expired", request_id));
        default:
            return say(200, "");
    }
}

void Cloud::answer(const HttpRequest& request, Fault fault, HttpResponse& response) {
    ++requests_;
    said_.clear();
    response.status = 200;
    response.headers.assign({{"Date", http_date(clock_.undisturbed())}});
    if (fault == Fault::reset) throw catalog::Retryable("connection reset");
    const std::string single = parameter(request.target, "ImageId");
    const auto image_ids =
        single.empty() ? split(parameter(request.target, "ImageIds")) : std::vector{single};
    const bool good = fault == Fault::none || fault == Fault::forgetful ||
                      fault == Fault::talkative || fault == Fault::torn;
    if (!good) return answer_error(fault, response);
    if (!single.empty()) {
        const auto at = images.find(single);
        if (at == images.end() || !at->second) {
            response.status = 404;
            response.body = error_body("NoSuchResource", "REQ-" + std::to_string(requests_));
            said_[single] = {"REQ-" + std::to_string(requests_), std::nullopt, false};
            return;
        }
        if (fault == Fault::forgetful) fault = Fault::none;
    }
    response.body = body(image_ids, !single.empty(), fault);
    if (fault == Fault::torn) {
        response.body.resize(random_.below(response.body.size()));
        said_.clear();
    }
}

}  // namespace simulation

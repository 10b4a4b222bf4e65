#include "tests/simulator/answer_writer.h"

#include <algorithm>
#include <optional>

#include "tests/simulator/history.h"
#include "tests/simulator/json_writer.h"
#include "tests/simulator/member_table.h"

namespace simulator {
namespace {

std::string json(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

template <typename Container>
void shuffle(Container& values, Dice& dice) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[dice.below(i)]);
}

constexpr std::int64_t kCdnValidS = 1'800;
constexpr std::int64_t kOssValidS = 3'600;

}  // namespace

AnswerWriter::AnswerWriter(const UrlSigner& signer, const Quirks& quirks, std::uint64_t seed,
                           std::uint64_t call, std::int64_t now_s, std::int64_t auth_timeout_s)
    : signer_(signer),
      quirks_(quirks),
      dice_(seed, "answer", call),
      now_s_(now_s),
      auth_timeout_s_(auth_timeout_s),
      call_(call),
      wrapped_(dice_.chance(0.5) ? quirks.lists != ListForm::flat
                                 : quirks.lists == ListForm::wrapped) {}

std::string AnswerWriter::sign(const std::string& url) {
    static constexpr CdnSigning kTypes[] = {CdnSigning::a, CdnSigning::b, CdnSigning::c};
    static constexpr OssSigning kVersions[] = {OssSigning::v1, OssSigning::v2, OssSigning::v4};
    if (url.find(".oss-") == std::string::npos) {
        const std::int64_t valid = auth_timeout_s_ > 0 ? auth_timeout_s_ : kCdnValidS;
        const std::string rand = make_image_id(dice_.bits(), call_);
        const bool mixed = quirks_.cdn_urls == CdnSigning::mixed;
        const CdnSigning type = mixed ? kTypes[dice_.below(3)] : quirks_.cdn_urls;
        return signer_.sign_cdn(type, url, now_s_ + valid, rand);
    }
    // Where nobody asked for a time, the call's number goes into it, so that two calls within one
    // second differ too.
    const std::int64_t valid =
        auth_timeout_s_ > 0 ? auth_timeout_s_ : kOssValidS + static_cast<std::int64_t>(call_ % 997);
    const std::int64_t expires = now_s_ + valid;
    const std::string token =
        dice_.chance(0.5) ? "CAIS+" + make_image_id(dice_.bits(), call_) + "/w==" : "";
    const bool mixed = quirks_.oss_urls == OssSigning::mixed;
    const OssSigning version = mixed ? kVersions[dice_.below(3)] : quirks_.oss_urls;
    return signer_.sign_oss(version, url, now_s_, expires, token);
}

void AnswerWriter::add(Members& members, const Portrait& portrait, const std::string& name,
                       std::string value) const {
    if (!value.empty()) {
        members.emplace_back(name, std::move(value));
    } else if (portrait.nulls.contains(name)) {
        members.emplace_back(name, "null");
    }
}

std::string AnswerWriter::object(Members members) {
    if (quirks_.member_order == MemberOrder::shuffled) shuffle(members, dice_);
    std::string out = "{";
    for (const auto& [name, value] : members) {
        if (out.size() > 1) out += ',';
        if (!name.empty()) out += "\"" + name + "\":";
        out += value;
    }
    return out + "}";
}

/// A block of members that is JSON already, as one nameless member.
static std::string inside(const std::optional<std::string>& extra) {
    return extra && extra->size() > 2 ? extra->substr(1, extra->size() - 2) : "";
}

std::string AnswerWriter::mezzanine(const Portrait& portrait) {
    const catalog::Mezzanine& file = *portrait.image.mezzanine;
    Members members;
    each_mezzanine_text(file, [&](const std::string& name, const char*, const auto& text) {
        const bool sign_it =
            name == "FileURL" ? file.file_url_signed : portrait.file_name_is_signed_url;
        add(members, portrait, name, !text ? "" : json(sign_it ? sign(*text) : *text));
    });
    each_mezzanine_number(file, [&](const std::string& name, const char*, const auto& number) {
        const bool as_text = name == "FileSize" && portrait.file_size_as_text;
        const std::string value = number ? std::to_string(*number) : "";
        add(members, portrait, name, number && as_text ? "\"" + value + "\"" : value);
    });
    if (file.extra) members.emplace_back("", inside(file.extra));
    std::erase_if(members, [](const Member& member) { return member.second.empty(); });
    return object(std::move(members));
}

std::string AnswerWriter::image(const Portrait& portrait) {
    const catalog::Image& image = portrait.image;
    Members members;
    members.emplace_back("ImageId", json(image.image_id));
    each_text(image, [&](const std::string& name, const char*, const auto& text) {
        const bool sign_it = name == "URL" && image.url_signed;
        add(members, portrait, name, !text ? "" : json(sign_it ? sign(*text) : *text));
    });
    each_number(image, [&](const std::string& name, const char*, const auto& number) {
        add(members, portrait, name, number ? std::to_string(*number) : "");
    });
    if (image.status) members.emplace_back("Status", json(*image.status));
    if (image.mezzanine) members.emplace_back("Mezzanine", mezzanine(portrait));
    if (image.extra) members.emplace_back("", inside(image.extra));
    std::erase_if(members, [](const Member& member) { return member.second.empty(); });
    return object(std::move(members));
}

std::string AnswerWriter::list(const std::vector<std::string>& values, const char* wrapper) const {
    std::string out = "[";
    for (const std::string& value : values) {
        if (out.size() > 1) out += ',';
        out += value;
    }
    out += "]";
    return wrapped_ ? "{\"" + std::string{wrapper} + "\":" + out + "}" : out;
}

std::string AnswerWriter::write_one(const RequestId& request_id, const Portrait& portrait) {
    Members members;
    members.emplace_back("RequestId", json(request_id.text()));
    members.emplace_back("ImageInfo", image(portrait));
    return object(std::move(members));
}

std::string AnswerWriter::write_many(const RequestId& request_id, std::vector<Portrait> portraits,
                                     const std::vector<std::string>& not_exist) {
    if (quirks_.member_order == MemberOrder::shuffled) shuffle(portraits, dice_);
    std::vector<std::string> images;
    for (const Portrait& portrait : portraits) images.push_back(image(portrait));
    std::vector<std::string> ids;
    for (const std::string& id : not_exist) ids.push_back(json(id));
    Members members;
    members.emplace_back("RequestId", json(request_id.text()));
    // With neither list a client could not tell an answer from something else.
    if (!images.empty() || quirks_.empty_lists || ids.empty()) {
        members.emplace_back("ImageInfo", list(images, "Image"));
    }
    if (!ids.empty() || quirks_.empty_lists) {
        members.emplace_back("NonExistImageIds", list(ids, "ImageId"));
    }
    return object(std::move(members));
}

}  // namespace simulator

#include "tests/simulator/truth.h"

#include <set>
#include <string_view>

#include "tests/simulator/json_writer.h"
#include "tests/simulator/member_table.h"

namespace simulator {
namespace {

std::optional<std::string> without_nul(std::optional<std::string> text) {
    if (!text) return text;
    for (std::size_t at = text->find('\0'); at != std::string::npos; at = text->find('\0', at)) {
        text->replace(at, 1, "\xef\xbf\xbd");
    }
    return text;
}

void write_extra(JsonWriter& out, const std::optional<std::string>& extra) {
    out.key("extra");
    if (extra) {
        out.raw(*extra);
    } else {
        out.null();
    }
}

void write_mezzanine(JsonWriter& out, const std::optional<catalog::Mezzanine>& file) {
    out.key("mezzanine");
    if (!file) {
        out.null();
        return;
    }
    out.begin_object();
    each_mezzanine_text(*file, [&](const char*, const char* column, const auto& text) {
        out.member(column, without_nul(text));
    });
    each_mezzanine_number(*file, [&](const char*, const char* column, const auto& number) {
        out.member(column, number);
    });
    out.member("file_url_signed", file->file_url_signed);
    write_extra(out, file->extra);
    out.end_object();
}

void write_tag_list(JsonWriter& out, const std::optional<std::string>& tags) {
    std::set<std::string_view> seen;
    std::string_view rest = tags ? std::string_view{*tags} : std::string_view{};
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view tag = rest.substr(0, comma);
        while (tag.starts_with(' ')) tag.remove_prefix(1);
        while (tag.ends_with(' ')) tag.remove_suffix(1);
        seen.insert(tag);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    seen.erase("");
    out.key("image_tag").begin_array();
    for (const std::string_view tag : seen) out.text(tag);
    out.end_array();
}

}  // namespace

std::string truth_json(const std::vector<Standing>& standings, std::uint64_t seed,
                       const Quirks& quirks, OutputType output, std::int64_t now_ms,
                       std::optional<std::int64_t> frozen_at) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).member("frozen_at", frozen_at);
    out.key("images").begin_array();
    for (const Standing& standing : standings) {
        const catalog::Image image = portray(standing.sight, seed, quirks, output).image;
        out.begin_object().member("image_id", image.image_id).member("exists", standing.exists);
        out.member("arrived_at", standing.arrived_at).member("changed_at", standing.changed_at);
        out.member("status_changed_at", standing.status_changed_at);
        out.member("status", without_nul(image.status));
        each_text(image, [&](const char*, const char* column, const auto& value) {
            out.member(column, without_nul(value));
        });
        each_number(image, [&](const char*, const char* column, const auto& value) {
            out.member(column, value);
        });
        out.member("url_signed", image.url_signed);
        write_extra(out, image.extra);
        write_mezzanine(out, image.mezzanine);
        write_tag_list(out, without_nul(image.tags));
        out.end_object();
    }
    out.end_array().end_object();
    return text;
}

}  // namespace simulator

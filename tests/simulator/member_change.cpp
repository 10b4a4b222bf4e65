#include "tests/simulator/member_change.h"

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "tests/simulator/json_writer.h"
#include "tests/simulator/member_table.h"

namespace simulator {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

void set(std::optional<std::string>& out, std::string_view name, element value) {
    std::string_view text;
    if (value.is_null()) {
        out.reset();
    } else if (value.get_string().get(text) == simdjson::SUCCESS) {
        out = std::string{text};
    } else {
        throw BadChange(std::string{name} + " is neither text nor null");
    }
}

void set(std::optional<std::int64_t>& out, std::string_view name, element value) {
    std::int64_t number = 0;
    if (value.is_null()) {
        out.reset();
    } else if (value.get_int64().get(number) == simdjson::SUCCESS) {
        out = number;
    } else {
        throw BadChange(std::string{name} + " is neither a whole number nor null");
    }
}

/// Puts an unknown member in, in place of one of that name.
void set_extra(std::optional<std::string>& extra, std::string_view name, element value) {
    std::string text;
    JsonWriter out(text);
    out.begin_object();
    simdjson::dom::parser parser;
    object before;
    if (extra && parser.parse(*extra).get_object().get(before) == simdjson::SUCCESS) {
        for (const auto& [key, each] : before) {
            if (key != name) out.key(key).raw(simdjson::minify(each));
        }
    }
    out.key(name).raw(simdjson::minify(value)).end_object();
    extra = std::move(text);
}

/// Sets the member of that name among those that `each` walks through; false if there is none.
template <typename Each>
bool set_named(std::string_view name, element value, const Each& each) {
    bool found = false;
    each([&](std::string_view api_name, const char*, auto& member) {
        if (api_name != name) return;
        found = true;
        set(member, name, value);
    });
    return found;
}

void change_mezzanine(std::optional<catalog::Mezzanine>& file, element change) {
    if (change.is_null()) {
        file.reset();
        return;
    }
    object members;
    if (change.get_object().get(members) != simdjson::SUCCESS) {
        throw BadChange("Mezzanine is neither an object nor null");
    }
    if (!file) file.emplace();
    for (const auto& [name, value] : members) {
        const auto texts = [&](auto&& visit) { each_mezzanine_text(*file, visit); };
        const auto numbers = [&](auto&& visit) { each_mezzanine_number(*file, visit); };
        if (name == "FileSize" || name == "Width" || name == "Height") {
            set_named(name, value, numbers);
        } else if (name == "OriginalFileName" || name == "FileURL") {
            set_named(name, value, texts);
        } else {
            set_extra(file->extra, name, value);
        }
    }
}

void change_member(catalog::Image& image, std::string_view name, element value) {
    const auto texts = [&](const auto& visit) {
        each_text(image, [&](std::string_view api_name, const char* column, auto& member) {
            visit(api_name, column, member);
        });
    };
    if (name == "ImageId") return;
    if (name == "Status") {
        set(image.status, name, value);
    } else if (name == "CateId") {
        set(image.cate_id, name, value);
    } else if (name == "Mezzanine") {
        change_mezzanine(image.mezzanine, value);
    } else if (!set_named(name, value, texts)) {
        set_extra(image.extra, name, value);
    }
}

}  // namespace

void change_members(catalog::Image& image, const std::string& json) {
    simdjson::dom::parser parser;
    object members;
    if (parser.parse(json).get_object().get(members) != simdjson::SUCCESS) {
        throw BadChange("the body is no JSON object");
    }
    for (const auto& [name, value] : members) change_member(image, name, value);
}

}  // namespace simulator

#include "cli/output.h"

#include <Poco/JSONString.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <ostream>

#include "cli/csv_output.h"
#include "cli/json_output.h"
#include "cli/table_output.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {

std::unique_ptr<Output> make_output(OutputFormat format, std::ostream& out,
                                    const Terminal& terminal) {
    switch (format) {
        case OutputFormat::json:
            return std::make_unique<JsonOutput>(out, JsonOutput::Shape::array);
        case OutputFormat::ndjson:
            return std::make_unique<JsonOutput>(out, JsonOutput::Shape::lines);
        case OutputFormat::csv:
            return std::make_unique<CsvOutput>(out);
        case OutputFormat::table:
            break;
    }
    return std::make_unique<TableOutput>(out, terminal);
}

void add_output_option(CLI::App& verb, OutputFormat& format) {
    static const std::map<std::string, OutputFormat> formats{{"table", OutputFormat::table},
                                                             {"json", OutputFormat::json},
                                                             {"ndjson", OutputFormat::ndjson},
                                                             {"csv", OutputFormat::csv}};
    verb.add_option("--output", format, "table (default), json, ndjson or csv")
        ->transform(CLI::CheckedTransformer(formats))
        ->option_text("table|json|ndjson|csv");
}

std::string shortest(double number) {
    char digits[32];
    return {digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr};
}

std::string json_string(std::string_view text) {
    std::string repaired(text);
    repair_utf8(repaired);
    return Poco::toJSON(repaired, Poco::JSON_WRAP_STRINGS | Poco::JSON_ESCAPE_UNICODE);
}

}  // namespace vodcatalog

#include "daemon/run_mark.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <sstream>
#include <system_error>

#include "catalog/error.h"
#include "daemon/file_content.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kMarkBytes = 256;
constexpr std::size_t kResultBytesMax = 256;
constexpr std::string_view kName = "vodcatalog-run-1";

std::int64_t ms_of(SteadyTime time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

/// The first word, if it is one of systemd's; SERVICE_RESULT of systemd.exec(5).
std::string take_service_result(const std::filesystem::path& file) {
    if (file.empty()) return {};
    std::string word;
    try {
        word = read_file(file, kResultBytesMax).text;
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    } catch (const catalog::Retryable&) {
        return {};
    }
    word.resize(std::min(word.find_first_of(" \n"), word.size()));
    const bool is_word = std::all_of(word.begin(), word.end(), [](char letter) {
        return letter == '-' || (letter >= 'a' && letter <= 'z');
    });
    return is_word && word.size() <= 20 ? word : std::string();
}

}  // namespace

std::string_view to_string(LastRun::End end) noexcept {
    switch (end) {
        case LastRun::End::unknown:
            return "unknown";
        case LastRun::End::clean:
            return "clean";
        case LastRun::End::failed:
            return "failed";
        case LastRun::End::killed_stopping:
            return "killed_stopping";
        case LastRun::End::crashed:
            return "crashed";
        case LastRun::End::machine_restarted:
            return "machine_restarted";
    }
    return "unknown";
}

std::string_view sentence_of(LastRun::End end) noexcept {
    switch (end) {
        case LastRun::End::unknown:
            return "Nothing is known of a run before this one.";
        case LastRun::End::clean:
            return "The last run ended as it was told to.";
        case LastRun::End::failed:
            return "The last run ended by itself; the last lines of its log say why.";
        case LastRun::End::killed_stopping:
            return "The last run was told to end, and was killed before it had.";
        case LastRun::End::crashed:
            return "The last run crashed or was killed; what it had committed is there.";
        case LastRun::End::machine_restarted:
            return "The last run did not come to its end before the machine was started anew.";
    }
    return {};
}

LastRun judge_mark(std::string_view mark, SteadyTime steady) {
    std::istringstream words{std::string(mark)};
    std::string name;
    std::string phase;
    int code = 0;
    std::int64_t started_at = 0;
    std::int64_t steady_ms = 0;
    LastRun last;
    if (!(words >> name >> phase >> code >> started_at >> steady_ms) || name != kName) return last;
    last.started_at = catalog::from_ms(started_at);
    if (phase == "ended") {
        last.end = code == 0 ? LastRun::End::clean : LastRun::End::failed;
        last.exit_code = code;
    } else if (ms_of(steady) < steady_ms) {
        last.end = LastRun::End::machine_restarted;
    } else {
        last.end = phase == "stopping" ? LastRun::End::killed_stopping : LastRun::End::crashed;
    }
    return last;
}

RunMark::RunMark(const std::filesystem::path& file,
                 const std::filesystem::path& service_result_file, const Clock& clock)
    : started_at_(clock.wall()),
      steady_(clock.steady()),
      descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) {
    std::array<char, kMarkBytes> bytes{};
    const ssize_t count = descriptor_ < 0 ? 0 : pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (count > 0) last_ = judge_mark({bytes.data(), static_cast<std::size_t>(count)}, steady_);
    last_.service_result = take_service_result(service_result_file);
    write("running", 0);
}

RunMark::~RunMark() {
    if (descriptor_ >= 0) close(descriptor_);
}

void RunMark::write(std::string_view phase, int exit_code) noexcept {
    if (descriptor_ < 0) return;
    try {
        std::string text = fmt::format("{} {} {} {} {}", kName, phase, exit_code,
                                       catalog::to_ms(started_at_), ms_of(steady_));
        text.resize(kMarkBytes - 1, ' ');
        text += '\n';
        if (pwrite(descriptor_, text.data(), text.size(), 0) > 0) fdatasync(descriptor_);
    } catch (const std::exception&) {
        // No memory left: the next run will say that this one crashed, and be right.
    }
}

}  // namespace vodcatalog

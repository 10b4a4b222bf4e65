#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace world {

/// Writes `text` to `path`, whose permission bits become `mode`. Returns the path.
inline std::filesystem::path write_file(const std::filesystem::path& path, std::string_view text,
                                        mode_t mode = 0600) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out || chmod(path.c_str(), mode) != 0) throw std::runtime_error("write " + path.string());
    return path;
}

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace world

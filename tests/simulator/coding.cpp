#include "tests/simulator/coding.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace simulator {
namespace {

/// A compression under way.
class Deflater {
public:
    Deflater(std::string_view coding, std::string& out) : out_(out) {
        const int window = coding == "gzip" ? 15 + 16 : 15;
        if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error("zlib does not start");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void add(std::string_view text, int flush = Z_NO_FLUSH) {
        // zlib takes no const, and changes nothing.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        stream_.avail_in = static_cast<uInt>(text.size());
        do {
            std::array<char, 16 * 1024> part{};
            stream_.next_out = reinterpret_cast<Bytef*>(part.data());
            stream_.avail_out = static_cast<uInt>(part.size());
            (void)deflate(&stream_, flush);
            out_.append(part.data(), part.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

private:
    z_stream stream_{};
    std::string& out_;
};

}  // namespace

std::string encode_body(std::string_view coding, std::string_view text, std::size_t blanks) {
    static const std::string kBlanks(std::size_t{1} << 20, ' ');
    std::string out;
    Deflater deflater(coding, out);
    const std::size_t last = text.empty() ? 0 : text.size() - 1;
    deflater.add(text.substr(0, last));
    while (blanks > 0) {
        const std::size_t part = std::min(blanks, kBlanks.size());
        deflater.add(std::string_view{kBlanks}.substr(0, part));
        blanks -= part;
    }
    deflater.add(text.substr(last), Z_FINISH);
    return out;
}

}  // namespace simulator

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulator/dice.h"
#include "tests/simulator/portrait.h"
#include "tests/simulator/request_id.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/url_signer.h"

namespace simulator {

/// Writes the JSON body of one call's good answer. What changes at every call (signatures, order)
/// comes from the `call` number.
class AnswerWriter {
public:
    /// `now_s` is the server's time, `auth_timeout_s` how long URLs are to last.
    AnswerWriter(const UrlSigner& signer, const Quirks& quirks, std::uint64_t seed,
                 std::uint64_t call, std::int64_t now_s, std::int64_t auth_timeout_s);

    [[nodiscard]] std::string write_one(const RequestId& request_id, const Portrait& portrait);
    [[nodiscard]] std::string write_many(const RequestId& request_id,
                                         std::vector<Portrait> portraits,
                                         const std::vector<std::string>& not_exist);

private:
    using Member = std::pair<std::string, std::string>;  ///< Name, and the value as JSON.
    using Members = std::vector<Member>;

    [[nodiscard]] std::string image(const Portrait& portrait);
    [[nodiscard]] std::string mezzanine(const Portrait& portrait);
    [[nodiscard]] std::string object(Members members);
    [[nodiscard]] std::string list(const std::vector<std::string>& values,
                                   const char* wrapper) const;
    [[nodiscard]] std::string sign(const std::string& url);
    void add(Members& members, const Portrait& portrait, const std::string& name,
             std::string value) const;

    const UrlSigner& signer_;
    const Quirks& quirks_;
    Dice dice_;
    const std::int64_t now_s_;
    const std::int64_t auth_timeout_s_;
    const std::uint64_t call_;
    const bool wrapped_;
};

}  // namespace simulator

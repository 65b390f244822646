/* test_unwind_cxx.cpp - C++ frames: cleanups, landing pads, exceptions in flight, virtual calls, lambdas, std::thread, initialisers. */
#include "probe.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {
struct guarded {
  std::string text = "a string that is too long for its small buffer";
  guarded() { probe_compare("constructor"); }
  guarded(const guarded &) = delete;
  ~guarded() { probe_compare("destructor"); }
};

struct shape {
  virtual ~shape() = default;
  virtual int area(int n) = 0;
};
struct square final : shape {
  int area(int n) override {
    guarded here;
    return n * n + static_cast<int>(probe_compare("virtual") + here.text.size());
  }
};

[[gnu::noinline]] int thrower(int n) {
  guarded here;
  if (n == 0)
    throw std::runtime_error(here.text);
  int result = thrower(n - 1);
  probe_compare("not reached");
  return result;
}

[[gnu::noinline]] int catcher() {
  try {
    return thrower(4);
  } catch (const std::exception &e) {
    return static_cast<int>(probe_compare("catch") + std::string(e.what()).size());
  }
}

[[gnu::noinline]] void everything() {
  catcher();
  square s;
  static_cast<shape &>(s).area(3);
  std::vector<int> numbers{3, 1, 2};
  std::sort(numbers.begin(), numbers.end(), [](int a, int b) { return probe_compare("lambda") > 0 && a < b; });
  std::function<void(int)> f = [&](int n) { n > 0 ? f(n - 1) : void(probe_compare("function")); };
  f(5);
}

unsigned before_main = probe_compare("before main");
} // namespace

int main() {
  everything();
  std::thread(everything).join();
  return probe_count > 20 && before_main > 0 ? 0 : 1;
}

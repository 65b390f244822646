// A plugin with a C++ runtime of its own, for a host written in C: the guard functions are where RTLD_NEXT does not look.
#include <cstdlib>

namespace {
struct answer {
  int value;
  answer() : value(std::getenv("NO_SUCH_VARIABLE") ? throw 1 : 42) {}
};
} // namespace

extern "C" int plugin_answer() {
  static answer once;
  return once.value;
}

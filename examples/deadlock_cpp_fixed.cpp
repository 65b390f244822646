/* deadlock_cpp_fixed - deadlock_cpp, repaired: std::scoped_lock takes both, and backs off instead of waiting with one held. */
#include <cstdio>
#include <mutex>
#include <thread>

#include "lucky_order.h"

namespace {

class box {
public:
  explicit box(int start) : value(start) {}

  void exchange(box &other) {
    std::scoped_lock both(lock, other.lock);
    std::swap(value, other.value);
  }

  int get() const { return value; }

private:
  std::mutex lock;
  int value;
};

} // namespace

int main() {
  box left(1), right(2);
  std::thread first([&] {
    left.exchange(right);
    lucky_next();
  });
  std::thread second([&] {
    lucky_wait(1);
    right.exchange(left);
  });
  first.join();
  second.join();
  std::printf("left %d, right %d\n", left.get(), right.get());
  return 0;
}

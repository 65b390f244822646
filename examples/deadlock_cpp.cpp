/* deadlock_cpp - opposite order in C++: swap(a, b) and swap(b, a) at the same time.
 *
 * Wrong: exchange() locks its own box and then the other's.
 * The inspector says: deadlock, with the names of the C++ functions. */
#include <cstdio>
#include <mutex>
#include <thread>

#include "lucky_order.h"

namespace {

class box {
public:
  explicit box(int start) : value(start) {}

  void exchange(box &other) {
    std::lock_guard<std::mutex> own(lock);
    std::lock_guard<std::mutex> theirs(other.lock); /* BUG */
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

/* executor_left - a pool of threads that nobody shuts down.
 *
 * Wrong: its worker waits for tasks as long as the process lives. A function that makes a pool each time it is called gathers threads.
 * The inspector says: executor-left. */
#include <stdio.h>

#include <track/track.h>

static struct track_executor pool;

static int add(void *arg, void **ret_result) {
  int *numbers = arg;
  numbers[2] = numbers[0] + numbers[1];
  *ret_result = &numbers[2];
  return 0;
}

static int sum_of(int *numbers) {
  struct track_future *sum;
  void *result = NULL;
  track_executor_init(&pool, 1, "adder"); /* BUG */
  track_executor_submit(&pool, add, numbers, &sum);
  track_future_result(sum, TRACK_FOREVER, &result);
  track_future_release(sum);
  return *(int *)result;
}

int main(void) {
  static int numbers[] = {3, 4, 0};
  printf("%d\n", sum_of(numbers));
  return 0;
}

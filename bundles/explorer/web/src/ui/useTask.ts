import { ref } from 'vue'

/** One thing that a person asked for: whether it goes on, and why it failed. */
export function useTask() {
  const busy = ref(false)
  const error = ref<unknown>()
  async function run(task: () => Promise<void>) {
    busy.value = true
    error.value = undefined
    try {
      await task()
    } catch (e) {
      error.value = e
    } finally {
      busy.value = false
    }
  }
  return { busy, error, run }
}

import { ref } from 'vue'

/** Plays a stack: calls `next` at a rate, and leaves a step out while the former one is not done. */
export function useCine(next: () => Promise<void>) {
  const playing = ref(false)
  /** Images per second. */
  const rate = ref(15)
  let timer: ReturnType<typeof setInterval> | undefined

  function pause() {
    clearInterval(timer)
    playing.value = false
  }

  function start() {
    pause()
    playing.value = true
    let busy = false
    timer = setInterval(async () => {
      if (busy) return
      busy = true
      await next()
      busy = false
    }, 1000 / rate.value)
  }

  function setRate(value: number) {
    rate.value = Math.max(1, Math.min(60, value))
    if (playing.value) start()
  }

  return { playing, rate, start, pause, setRate }
}

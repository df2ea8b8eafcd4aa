/** Stands for parts of the imaging libraries that the viewer does not use, so that they are not in its bundle (vite.config.ts). */

function absent(): never {
  throw new Error('This part of the library is not in the viewer')
}

export { absent as create, absent as registerComputeWorker }

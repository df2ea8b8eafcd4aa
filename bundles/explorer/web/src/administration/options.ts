/** An option, as `GET /administration/options` tells it. */
export interface OptionInForce {
  Name: string
  Value: unknown
  /** Null for an option that the server does not know. */
  Default: unknown
  Origin: 'default' | 'file' | 'environment'
  /** The file or the variable; "" for a default. */
  Source: string
  Changed: boolean
  State: 'works' | 'none' | 'refused' | 'plugin' | 'unknown'
  Live: boolean
  Type: string
  Meaning: string
  Reason: string
}

/** {@return the options in which each of the words stands: in the name, the value, the source or the meaning} */
export function matching(options: readonly OptionInForce[], words: string, changedOnly: boolean): OptionInForce[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return options.filter((option) => {
    if (changedOnly && !option.Changed) return false
    const text = `${option.Name} ${JSON.stringify(option.Value)} ${option.Source} ${option.Meaning}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

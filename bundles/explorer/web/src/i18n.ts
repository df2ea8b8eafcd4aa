import { createI18n } from 'vue-i18n'
import { settings } from './shell/settings'
import english from './locales/en.json'

/** The files in `locales`; a new language is a new file. English is always there, as the fallback. */
const files = import.meta.glob<Record<string, unknown>>(['./locales/*.json', '!./locales/en.json'], { import: 'default' })

export const languages = ['en', ...Object.keys(files).map(languageOf)].sort()

function languageOf(path: string): string {
  return path.slice('./locales/'.length, -'.json'.length)
}

/** The parts of the library that this file uses; its own types follow every key of every language, too deep for the compiler. */
interface Composer {
  locale: { value: string }
  availableLocales: string[]
  mergeLocaleMessage(language: string, messages: unknown): void
  t: Translate
}

export type Translate = (key: string, values?: Record<string, unknown>) => string

const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en: english as unknown as Record<string, never> },
  missingWarn: false,
  fallbackWarn: false,
  warnHtmlMessage: true,
})

const composer = i18n.global as unknown as Composer

/** For code outside of components. */
export const translate: Translate = (key, values) => composer.t(key, values ?? {})

/** {@return the language of the page, as a BCP 47 tag} */
export function currentLanguage(): string {
  return composer.locale.value
}

/** Adds translations, such as those of an extension. */
export function addMessages(language: string, messages: Record<string, unknown>) {
  composer.mergeLocaleMessage(language, messages)
}

export async function useLanguage(wanted: string): Promise<void> {
  const language = languages.includes(wanted) ? wanted : 'en'
  const file = files[`./locales/${language}.json`]
  if (file && !composer.availableLocales.includes(language)) {
    composer.mergeLocaleMessage(language, (await file()))
  }
  composer.locale.value = language
  document.documentElement.lang = language
}

function preferred(): string {
  const wishes = [settings.language, ...navigator.languages.map((tag) => tag.split('-')[0] ?? '')]
  return wishes.find((wish) => languages.includes(wish)) ?? 'en'
}

export async function createLanguages() {
  await useLanguage(preferred())
  return i18n
}

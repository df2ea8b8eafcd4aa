import { useI18n } from 'vue-i18n'

/** Titles of columns and tags: the page's own words where it has them, else the keyword of the tag with blanks. */
export function useColumnTitle(): (key: string) => string {
  const { t, te } = useI18n()
  return (key) => (te(`tag.${key}`) || te(`tag.${key}`, 'en') ? t(`tag.${key}`) : key.replace(/([a-z])([A-Z])/g, '$1 $2'))
}

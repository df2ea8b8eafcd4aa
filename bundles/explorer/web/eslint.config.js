import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import typescript from 'typescript-eslint'

export default typescript.config(
  { ignores: ['dist/**', 'dist-compressed/**', 'node_modules/**'] },
  js.configs.recommended,
  typescript.configs.recommended,
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    files: ['scripts/**', '*.config.*'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    rules: {
      // Nothing from a DICOM file is ever markup.
      'vue/no-v-html': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text from outside is never markup.' },
        { property: 'outerHTML', message: 'Text from outside is never markup.' },
        { property: 'insertAdjacentHTML', message: 'Text from outside is never markup.' },
      ],
      'no-undef': 'off',
      'vue/valid-v-slot': ['error', { allowModifiers: true }],
      'vue/multiline-html-element-content-newline': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'any', component: 'always' } }],
      'vue/multi-word-component-names': 'off',
      'vue/html-indent': ['error', 2],
      'vue/attributes-order': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/require-default-prop': 'off',
    },
  },
)

console.log('The plugin "hello" is here.');

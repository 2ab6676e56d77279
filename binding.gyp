# For those who type `node-gyp rebuild`: yields the same files as `npm rebuild`. What is built, and how, is written in
# native/CMakeLists.txt only. Outside npm: node-gyp rebuild --nodedir native/node-gyp
{
  "targets": [
    {
      "target_name": "wswrap",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "inputs": ["native/CMakeLists.txt"],
          "outputs": ["build/Release/wswrap.node", "build/Release/libwswrap.so"],
          "action": ["npm", "run", "install"]
        }
      ]
    }
  ]
}

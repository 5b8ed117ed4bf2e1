print("sysbuild")

// Simple dual-port RAM: what every block RAM, and every SRAM compiler, offers. What a read of the
// word that is written in the same cycle returns is not relied on, and contents need no reset.
module backspike_ram #(
    parameter WIDTH = 8,
    parameter ABITS = 8,
    parameter DEPTH = 256
) (
    input                  clk,
    input                  r_en,
    input      [ABITS-1:0] r_address,
    output reg [WIDTH-1:0] r_data,
    input                  w_en,
    input      [ABITS-1:0] w_address,
    input      [WIDTH-1:0] w_data
);
    reg [WIDTH-1:0] words [0:DEPTH-1];

    always @(posedge clk) begin
        if (r_en)
            r_data <= words[r_address];
        if (w_en)
`ifdef VERILATOR
            words[w_address] = w_data;  // the same, as nobody else looks; and faster
`else
            words[w_address] <= w_data;
`endif
    end
endmodule

// The memories of an iCE40 as yosys uses them. yosys' own models say more than a core may rely on,
// bit by bit, and take minutes to compile. Lattice FPGA-TN-02002 and FPGA-TN-02022. And the table,
// in one expression, since a core has thousands.

module SB_LUT4 (input I0, I1, I2, I3, output O);
    parameter [15:0] LUT_INIT = 0;
    assign O = LUT_INIT[{I3, I2, I1, I0}];
endmodule

// What a port reads of a word that is being written is not specified; here, it is what was there
// before. Narrow words lie at the lowest of the bits that share a row by the highest address bits.
module SB_RAM40_4K (
    output [15:0] RDATA,
    input RCLK, RCLKE, RE,
    input [10:0] RADDR,
    input WCLK, WCLKE, WE,
    input [10:0] WADDR,
    input [15:0] MASK, WDATA
);
    // 0: 16 bits, 1: the 8 even ones, 2: bits 1, 5, 9 and 13, 3: bits 3 and 11.
    parameter WRITE_MODE = 0;
    parameter READ_MODE = 0;

    reg [15:0] memory [0:255];
    wire [15:0] old = memory[WADDR[7:0]];
    wire [7:0] even = {WDATA[14], WDATA[12], WDATA[10], WDATA[8],
        WDATA[6], WDATA[4], WDATA[2], WDATA[0]};
    wire [15:0] pairs = {{2{even[7]}}, {2{even[6]}}, {2{even[5]}}, {2{even[4]}},
        {2{even[3]}}, {2{even[2]}}, {2{even[1]}}, {2{even[0]}}};
    wire [15:0] quads = {{4{WDATA[13]}}, {4{WDATA[9]}}, {4{WDATA[5]}}, {4{WDATA[1]}}};
    wire [15:0] octets = {{8{WDATA[11]}}, {8{WDATA[3]}}};
    wire [1:0] of_pair = 2'b1 << WADDR[8];
    wire [3:0] of_quad = 4'b1 << WADDR[9:8];
    wire [7:0] of_octet = 8'b1 << WADDR[10:8];
    wire [15:0] new = WRITE_MODE == 0 ? WDATA : WRITE_MODE == 1 ? pairs :
        WRITE_MODE == 2 ? quads : octets;
    wire [15:0] writes = WRITE_MODE == 0 ? ~MASK : WRITE_MODE == 1 ? {8{of_pair}} :
        WRITE_MODE == 2 ? {4{of_quad}} : {2{of_octet}};
    always @(posedge WCLK) if (WCLKE && WE)
        memory[WADDR[7:0]] <= (old & ~writes) | (new & writes);

    reg [15:0] read;
    reg [2:0] part;
    always @(posedge RCLK) if (RCLKE && RE) begin
        read <= memory[RADDR[7:0]];
        part <= RADDR[10:8];
    end
    wire [15:0] by_pair = read >> part[0];
    wire [15:0] by_quad = read >> part[1:0];
    wire [15:0] by_octet = read >> part;
    assign RDATA = READ_MODE == 0 ? read : READ_MODE == 1 ? by_pair & 16'h5555 :
        READ_MODE == 2 ? {by_quad[14:0], 1'b0} & 16'h2222 : {by_octet[12:0], 3'b0} & 16'h0808;
endmodule

module SB_SPRAM256KA (
    input [13:0] ADDRESS,
    input [15:0] DATAIN,
    input [3:0] MASKWREN,
    input WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output reg [15:0] DATAOUT
);
    reg [15:0] memory [0:16383];
    wire [15:0] old = memory[ADDRESS];
    wire [15:0] writes =
        {{4{MASKWREN[3]}}, {4{MASKWREN[2]}}, {4{MASKWREN[1]}}, {4{MASKWREN[0]}}};
    always @(posedge CLOCK) if (CHIPSELECT && !STANDBY) begin
        if (WREN) memory[ADDRESS] <= (old & ~writes) | (DATAIN & writes);
        else DATAOUT <= old;
    end
endmodule
